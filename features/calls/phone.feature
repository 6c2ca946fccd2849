@calls @derived @reference:messages
Feature: Answering and ending a phone call
  A call that comes in over the phone network is answered and ended by messages of its own. Telephone integrations hang
  up on the wrong customer when these act on another call, or twice.

  Rule: Each message does to its call what it is for, and to no other

    Scenario Outline: Asking to <purpose> does it (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what it should
      And the other call is as it was

      Examples: Messages
        | purpose             | message               |
        | answer a phone call | CCaaS_AcceptPhoneCall |
        | end a phone call    | CCaaS_EndPhoneCall    |

    Scenario Outline: Asking to <purpose> is taken back by its counterpart, where there is one (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is what it was before both

      Examples: Messages
        | purpose             | message               |
        | answer a phone call | CCaaS_AcceptPhoneCall |
        | end a phone call    | CCaaS_EndPhoneCall    |

  Rule: What comes at the wrong time is refused, or changes nothing

    Scenario Outline: Asking to <purpose> at the wrong time does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as it should

      Examples: Messages
        | purpose             | message               |
        | answer a phone call | CCaaS_AcceptPhoneCall |
        | end a phone call    | CCaaS_EndPhoneCall    |

    Scenario: Asking to end a phone call twice does no harm
      Given a call in which it was the turn to end a phone call (CCaaS_EndPhoneCall)
      When the message to end a phone call (CCaaS_EndPhoneCall) is sent once more
      Then it is refused or changes nothing

  Rule: What is asked for wrongly is refused, and nothing happens

    Scenario Outline: Asking to <purpose> is refused when it is <how> (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is <how>
      Then that is refused
      And the call is as it was

      Examples: Nobody's conversation
        | purpose             | message               | how                                         |
        | answer a phone call | CCaaS_AcceptPhoneCall | sent for a conversation that does not exist |
        | end a phone call    | CCaaS_EndPhoneCall    | sent for a conversation that does not exist |

      Examples: Something too much
        | purpose             | message               | how                                   |
        | answer a phone call | CCaaS_AcceptPhoneCall | sent with something that nobody knows |
        | end a phone call    | CCaaS_EndPhoneCall    | sent with something that nobody knows |

      Examples: Something too little
        | purpose             | message               | how                                  |
        | answer a phone call | CCaaS_AcceptPhoneCall | sent without something that it needs |
        | end a phone call    | CCaaS_EndPhoneCall    | sent without something that it needs |

      Examples: Something of the wrong kind
        | purpose             | message               | how                                   |
        | answer a phone call | CCaaS_AcceptPhoneCall | sent with something of the wrong kind |
        | end a phone call    | CCaaS_EndPhoneCall    | sent with something of the wrong kind |

    Scenario Outline: Only reading where to ask to <purpose> does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is only read, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose             | message               |
        | answer a phone call | CCaaS_AcceptPhoneCall |
        | end a phone call    | CCaaS_EndPhoneCall    |
