@calls @derived @reference:messages
Feature: Answering and ending a call
  A customer waits while a call rings, and nobody else can be helped while one that is over stays open. Whoever answers or
  ends a call has to see that it happened, to that call and to no other.

  Rule: Each message brings its call where its maker says, and leaves other calls alone

    Scenario Outline: Asking to <purpose> brings what its maker declares (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what its maker declares
      And the other call is as it was

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |

    Scenario Outline: Asking to <purpose> can be taken back where a counterpart is declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |

  Rule: A message at the wrong moment is refused or changes nothing, as its maker declares

    Scenario Outline: Asking to <purpose> at a wrong moment does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as declared

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |

    Scenario: Asking to end a call twice does no harm
      Given a call after the message to end a call (CCaaS_EndCall)
      When the message to end a call (CCaaS_EndCall) is sent once more
      Then it is refused or changes nothing

  Rule: What is asked for wrongly is refused, and nothing happens

    Scenario Outline: Asking to <purpose> is refused when it is <how> (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is <how>
      Then that is refused
      And the call is as it was

      Examples: No such conversation
        | purpose       | message          | how                                         |
        | answer a call | CCaaS_AcceptCall | sent for a conversation that does not exist |
        | end a call    | CCaaS_EndCall    | sent for a conversation that does not exist |

      Examples: A detail too many
        | purpose       | message          | how                                   |
        | answer a call | CCaaS_AcceptCall | sent with a detail that it does not take |
        | end a call    | CCaaS_EndCall    | sent with a detail that it does not take |

      Examples: A detail too few
        | purpose       | message          | how                                  |
        | answer a call | CCaaS_AcceptCall | sent without a detail that it needs |
        | end a call    | CCaaS_EndCall    | sent without a detail that it needs |

      Examples: A detail of the wrong kind
        | purpose       | message          | how                                   |
        | answer a call | CCaaS_AcceptCall | sent with a detail of the wrong kind |
        | end a call    | CCaaS_EndCall    | sent with a detail of the wrong kind |

    Scenario Outline: Opening where one asks to <purpose>, without asking, does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is opened, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose       | message          |
        | answer a call | CCaaS_AcceptCall |
        | end a call    | CCaaS_EndCall    |
