@calls @declared @reference:messages
Feature: Holding a call and coming back to it
  A customer on hold hears music and is not heard. A call that is not reported as held, or does not come back, is lost
  to whoever steers it. What the messages do is what the maker of the implementation declares.

  Rule: Each message brings its call where the maker says, and leaves other calls alone

    Scenario Outline: The message to <purpose> does what the maker says (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what the maker says
      And the other call is as it was

      Examples: Messages
        | purpose              | message          |
        | put a call on hold   | CCaaS_HoldCall   |
        | take a call off hold | CCaaS_UnholdCall |

  Rule: Where the maker declares a counterpart, a message can be taken back

    Scenario Outline: The message to <purpose> can be taken back where a counterpart is declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose              | message          |
        | put a call on hold   | CCaaS_HoldCall   |
        | take a call off hold | CCaaS_UnholdCall |

  Rule: At a wrong moment, a message is refused or changes nothing, as the maker says

    Scenario Outline: The message to <purpose> does no harm at a wrong moment (<message>)
      Given the maker says what happens at a wrong moment (<message>)
      And a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as the maker says

      Examples: Messages
        | purpose              | message          |
        | put a call on hold   | CCaaS_HoldCall   |
        | take a call off hold | CCaaS_UnholdCall |

    Scenario: The message to put a call on hold does no harm when it is sent twice
      Given the maker says what happens at a wrong moment (CCaaS_HoldCall)
      And a call after the message to put a call on hold (CCaaS_HoldCall)
      When the message to put a call on hold (CCaaS_HoldCall) is sent once more
      Then it is refused or changes nothing
