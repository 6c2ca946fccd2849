@calls @declared @reference:messages
Feature: Handing a call over to the outside
  A call goes to a partner or an expert outside, who may take it or turn it down. A call that is neither here nor there
  leaves a customer with nobody on the line. What the messages do is what the maker of the implementation declares.

  Rule: Each message brings its call where the maker says, and leaves other calls alone

    Scenario Outline: The message to <purpose> does what the maker says (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what the maker says
      And the other call is as it was

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

  Rule: Where the maker declares a counterpart, a message can be taken back

    Scenario Outline: The message to <purpose> can be taken back where a counterpart is declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

  Rule: At a wrong moment, a message is refused or changes nothing, as the maker says

    Scenario Outline: The message to <purpose> does no harm at a wrong moment (<message>)
      Given the maker says what happens at a wrong moment (<message>)
      And a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as the maker says

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |
