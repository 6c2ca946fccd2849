@calls @declared @reference:messages
Feature: Asking where a call is
  Desktops ask for the state of a call again and again to show the right buttons. Asking must give the same answer twice
  and must never change anything. Which states there are is what the maker of the implementation declares.

  Rule: Each message brings its call where the maker says, and leaves other calls alone

    Scenario Outline: Asking to <purpose> does what the maker says (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what the maker says
      And the other call is as it was

      Examples: Messages
        | purpose                     | message            |
        | ask for the state of a call | CCaaS_GetCallState |

  Rule: Where the maker declares a counterpart, a message can be taken back

    Scenario Outline: Asking to <purpose> can be taken back where a counterpart is declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose                     | message            |
        | ask for the state of a call | CCaaS_GetCallState |

  Rule: At a wrong moment, a message is refused or changes nothing, as the maker says

    Scenario Outline: Asking to <purpose> at a wrong moment does no harm (<message>)
      Given the maker says what happens at a wrong moment (<message>)
      And a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as the maker says

      Examples: Messages
        | purpose                     | message            |
        | ask for the state of a call | CCaaS_GetCallState |

  Rule: Asking changes nothing

    Scenario: Asking twice gives the same answer and leaves the call alone
      Given a call that is ready to ask for the state of a call (CCaaS_GetCallState)
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent twice
      Then both answers are the same
      And the call is as it was
