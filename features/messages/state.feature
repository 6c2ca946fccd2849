@calls @declared @reference:messages
Feature: Asking where a call is
  Desktops ask for the state of a call again and again to show the right buttons. Asking must give the same answer twice
  and must never change anything. Which states there are is what the maker of the implementation declares.

  Rule: The message brings its call where the maker says, and leaves other calls alone

    Scenario: The message to ask for the state of a call does what the maker says
      Given a call that is ready to ask for the state of a call (CCaaS_GetCallState)
      And another call in the same state
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent
      Then it is accepted
      And the call becomes what the maker says
      And the other call is as it was

  Rule: Where the maker declares a counterpart, the message can be taken back

    Scenario: The message to ask for the state of a call can be taken back where a counterpart is declared
      Given a call that is ready to ask for the state of a call (CCaaS_GetCallState)
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

  Rule: At a wrong moment, the message is refused or changes nothing, as the maker says

    Scenario: The message to ask for the state of a call does no harm at a wrong moment
      Given the maker says what happens at a wrong moment (CCaaS_GetCallState)
      And a call that is not ready to ask for the state of a call (CCaaS_GetCallState)
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent all the same
      Then it is refused or changes nothing, as the maker says

  Rule: Asking changes nothing

    Scenario: Asking twice gives the same answer and leaves the call alone
      Given a call that is ready to ask for the state of a call (CCaaS_GetCallState)
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent twice
      Then both answers are the same
      And the call is as it was
