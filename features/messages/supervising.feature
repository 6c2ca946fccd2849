@calls @declared @reference:messages
Feature: Stepping into a live call
  A supervisor steps in when a conversation goes wrong, and needs to be heard without ending the call. Stepping into a
  call that nobody has answered, or into another one, is worse than not helping. What the message does is what the maker
  declared.

  Rule: The message puts its call into the state that the maker declared, and touches no other call

    Scenario: The message to step into a live call does what the maker declared
      Given a call that is ready to step into a live call (CCaaS_BargeInToCall)
      And another call in the same state
      When the message to step into a live call (CCaaS_BargeInToCall) is sent
      Then it is accepted
      And the call is in the state that the maker declared
      And the other call is as it was

  Rule: What the maker declared of the message holds in every state that they declared for it

    Scenario: The message to step into a live call does what the maker declared in every further state
      Given calls in every further state in which the maker lets one step into a live call (CCaaS_BargeInToCall)
      When the message to step into a live call (CCaaS_BargeInToCall) is sent for each of them
      Then each time it is accepted
      And each call is in the state that the maker declared

  Rule: Where the maker declared a counterpart, it takes the message back

    Scenario: The message to step into a live call is taken back by its declared counterpart
      Given the maker declared a counterpart (CCaaS_BargeInToCall)
      And a call that is ready to step into a live call (CCaaS_BargeInToCall)
      When the message to step into a live call (CCaaS_BargeInToCall) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

  Rule: At a wrong moment, the message is refused or changes nothing, as the maker declared

    Scenario: The message to step into a live call does no harm at any wrong moment
      Given the maker declared what happens at a wrong moment (CCaaS_BargeInToCall)
      And calls in every state in which the maker does not let one step into a live call (CCaaS_BargeInToCall)
      When the message to step into a live call (CCaaS_BargeInToCall) is sent for each of them all the same
      Then each time it is refused or changes nothing, as the maker declared
