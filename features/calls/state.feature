@calls @derived @reference:messages
Feature: Asking where a call is
  Desktops ask for the state of a call again and again to show the right buttons. Asking must tell the truth and must
  never change anything.

  Rule: Each message does to its call what it is for, and to no other

    Scenario Outline: Asking to <purpose> does it (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what it should
      And the other call is as it was

      Examples: Messages
        | purpose                     | message            |
        | ask for the state of a call | CCaaS_GetCallState |

    Scenario Outline: Asking to <purpose> is taken back by its counterpart, where there is one (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is what it was before both

      Examples: Messages
        | purpose                     | message            |
        | ask for the state of a call | CCaaS_GetCallState |

  Rule: What comes at the wrong time is refused, or changes nothing

    Scenario Outline: Asking to <purpose> at the wrong time does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as it should

      Examples: Messages
        | purpose                     | message            |
        | ask for the state of a call | CCaaS_GetCallState |

  Rule: Asking changes nothing

    Scenario: Asking twice gives the same answer and leaves the call alone
      Given a call that is ready to ask for the state of a call (CCaaS_GetCallState)
      When the message to ask for the state of a call (CCaaS_GetCallState) is sent twice
      Then both answers are the same
      And the call is as it was

  Rule: What is asked for wrongly is refused, and nothing happens

    Scenario Outline: Asking to <purpose> is refused when it is <how> (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is <how>
      Then that is refused
      And the call is as it was

      Examples: Nobody's conversation
        | purpose                     | message            | how                                         |
        | ask for the state of a call | CCaaS_GetCallState | sent for a conversation that does not exist |

      Examples: Something too much
        | purpose                     | message            | how                                   |
        | ask for the state of a call | CCaaS_GetCallState | sent with something that nobody knows |

      Examples: Something too little
        | purpose                     | message            | how                                  |
        | ask for the state of a call | CCaaS_GetCallState | sent without something that it needs |

      Examples: Something of the wrong kind
        | purpose                     | message            | how                                   |
        | ask for the state of a call | CCaaS_GetCallState | sent with something of the wrong kind |

    Scenario Outline: Only reading where to ask to <purpose> does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is only read, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose                     | message            |
        | ask for the state of a call | CCaaS_GetCallState |
