@calls @derived @reference:messages
Feature: Answering and ending a call
  A customer waits while a call rings, and nobody else can be helped while one that is over stays open. Whoever answers or
  ends a call has to see that it happened, to that call and to no other.

  Rule: Each message does to its call what it is for, and to no other

    Scenario Outline: Asking to <purpose> does it (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what it should
      And the other call is as it was

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |

    Scenario Outline: Asking to <purpose> is taken back by its counterpart, where there is one (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is what it was before both

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |

  Rule: What comes at the wrong time is refused, or changes nothing

    Scenario Outline: Asking to <purpose> at the wrong time does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as it should

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |

    Scenario: Asking to end a call twice does no harm
      Given a call in which it was the turn to end a call (CCaaS_EndCall)
      When the message to end a call (CCaaS_EndCall) is sent once more
      Then it is refused or changes nothing

  Rule: What is asked for wrongly is refused, and nothing happens

    Scenario Outline: Asking to <purpose> is refused when it is <how> (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is <how>
      Then that is refused
      And the call is as it was

      Examples: Nobody's conversation
        | purpose       | message          | how                                         |
        | answer a call | CCaaS_AcceptCall | sent for a conversation that does not exist |
        | end a call    | CCaaS_EndCall    | sent for a conversation that does not exist |

      Examples: Something too much
        | purpose       | message          | how                                   |
        | answer a call | CCaaS_AcceptCall | sent with something that nobody knows |
        | end a call    | CCaaS_EndCall    | sent with something that nobody knows |

      Examples: Something too little
        | purpose       | message          | how                                  |
        | answer a call | CCaaS_AcceptCall | sent without something that it needs |
        | end a call    | CCaaS_EndCall    | sent without something that it needs |

      Examples: Something of the wrong kind
        | purpose       | message          | how                                   |
        | answer a call | CCaaS_AcceptCall | sent with something of the wrong kind |
        | end a call    | CCaaS_EndCall    | sent with something of the wrong kind |

    Scenario Outline: Only reading where to ask to <purpose> does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is only read, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |
