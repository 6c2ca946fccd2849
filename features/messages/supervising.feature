@calls @declared @reference:messages
Feature: Stepping into a live call
  A supervisor steps in when a conversation goes wrong, and needs to be heard without ending the call. Stepping into a
  call that nobody has answered, or into another one, is worse than not helping. What the message does is what the maker
  of the implementation declares.

  Rule: Each message brings its call where the maker says, and leaves other calls alone

    Scenario Outline: Asking to <purpose> does what the maker says (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what the maker says
      And the other call is as it was

      Examples: Messages
        | purpose               | message             |
        | step into a live call | CCaaS_BargeInToCall |

  Rule: Where the maker declares a counterpart, a message can be taken back

    Scenario Outline: Asking to <purpose> can be taken back where a counterpart is declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose               | message             |
        | step into a live call | CCaaS_BargeInToCall |

  Rule: At a wrong moment, a message is refused or changes nothing, as the maker says

    Scenario Outline: Asking to <purpose> at a wrong moment does no harm (<message>)
      Given the maker says what happens at a wrong moment (<message>)
      And a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as the maker says

      Examples: Messages
        | purpose               | message             |
        | step into a live call | CCaaS_BargeInToCall |
