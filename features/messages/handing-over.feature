@calls @declared @reference:messages
Feature: Handing a call over to the outside
  A call goes to a partner or an expert outside, who may take it or turn it down. A call that is neither here nor there
  leaves a customer with nobody on the line. What the messages do is what the maker declared.

  Rule: Each message puts its call into the state that the maker declared, and touches no other call
    Of these messages the reference gives the names alone. It does not say who sends which, nor how starting a transfer
    differs from transferring a call, or turning down a transfer from turning down a call.

    Scenario Outline: The message to <purpose> does what the maker declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call is in the state that the maker declared
      And the other call is as it was

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

  Rule: What the maker declared of a message holds in every state that they declared for it
    One state is tried above, beside another call; here are all others, and the same ones while a call is recorded.

    Scenario Outline: The message to <purpose> does what the maker declared in every further state (<message>)
      Given calls in every further state in which the maker lets one <purpose> (<message>)
      When the message to <purpose> (<message>) is sent for each of them
      Then each time it is accepted
      And each call is in the state that the maker declared

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

  Rule: Where the maker declared a counterpart, it takes the message back

    Scenario Outline: The message to <purpose> is taken back by its declared counterpart (<message>)
      Given the maker declared a counterpart (<message>)
      And a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

  Rule: At a wrong moment, a message is refused or changes nothing, as the maker declared

    Scenario Outline: The message to <purpose> does no harm at any wrong moment (<message>)
      Given the maker declared what happens at a wrong moment (<message>)
      And calls in every state in which the maker does not let one <purpose> (<message>)
      When the message to <purpose> (<message>) is sent for each of them all the same
      Then each time it is refused or changes nothing, as the maker declared

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |
