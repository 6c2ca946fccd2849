@calls @declared @reference:messages
Feature: Asking where a call is
  Desktops ask for the state of a call again and again, to show the right buttons. A wrong answer shows a representative
  the button to hold for a call that is over; asking that changes something disturbs the call itself.

  Rule: Asking is answered, and changes neither this call nor another

    Scenario: The message to ask for the state of a call does what the maker declared
      Given a call that is ready to ask for the state of a call (CCaaS_GetCallState)
      And another call in the same state
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent
      Then it is accepted
      And the call is in the state that the maker declared
      And the other call is as it was

  Rule: What the maker declared of the message holds in every state that they declared for it

    Scenario: The message to ask for the state of a call does what the maker declared in every further state
      Given calls in every further state in which the maker lets one ask for the state of a call (CCaaS_GetCallState)
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent for each of them
      Then each time it is accepted
      And each call is in the state that the maker declared

  Rule: Where the maker declared a counterpart, it takes the message back
    Asking leaves nothing to take back: this stands for makers who declare a counterpart all the same.

    Scenario: The message to ask for the state of a call is taken back by its declared counterpart
      Given the maker declared a counterpart (CCaaS_GetCallState)
      And a call that is ready to ask for the state of a call (CCaaS_GetCallState)
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

  Rule: At a wrong moment, the message is refused or changes nothing, as the maker declared
    A call can be asked about at any time: this stands for makers who declare a wrong moment all the same.

    Scenario: The message to ask for the state of a call does no harm at any wrong moment
      Given the maker declared what happens at a wrong moment (CCaaS_GetCallState)
      And calls in every state in which the maker does not let one ask for the state of a call (CCaaS_GetCallState)
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent for each of them all the same
      Then each time it is refused or changes nothing, as the maker declared

  Rule: Asking twice gives the same answer, and changes nothing

    Scenario: Whoever asks twice is told the same, and the call is as it was
      Given a call that is ready to ask for the state of a call (CCaaS_GetCallState)
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent twice
      Then both answers are the same
      And the call is as it was
