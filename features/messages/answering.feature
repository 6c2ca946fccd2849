@calls @declared @reference:messages
Feature: Answering and ending a call
  A customer waits while a call rings, and nobody else can be helped while one that is over stays open. Whoever answers
  or ends a call has to see that it happened, to that call and to no other. The reference says nothing of what the
  messages do: each maker is held to what they declared.

  Rule: Each message puts its call into the state that the maker declared, and touches no other call

    Scenario Outline: The message to <purpose> does what the maker declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call is in the state that the maker declared
      And the other call is as it was

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |

  Rule: Where the maker declared a counterpart, it takes the message back

    Scenario Outline: The message to <purpose> is taken back by its declared counterpart (<message>)
      Given the maker declared a counterpart (<message>)
      And a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |

  Rule: At a wrong moment, a message is refused or changes nothing, as the maker declared
    Ending a call is what people press twice, so that is tried as well; of other messages, one wrong moment is tried.

    Scenario Outline: The message to <purpose> does no harm at a wrong moment (<message>)
      Given the maker declared what happens at a wrong moment (<message>)
      And a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as the maker declared

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |

    Scenario: The message to end a call does no harm when it is sent twice
      Given the maker declared what happens at a wrong moment (CCaaS_EndCall)
      And a call after the message to end a call (CCaaS_EndCall)
      When the message to end a call (CCaaS_EndCall) is sent once more
      Then it is refused or changes nothing
