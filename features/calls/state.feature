@calls @derived @reference:messages
Feature: Asking where a call is
  Desktops ask for the state of a call again and again to show the right buttons. Asking must
  give the same answer twice and must never change anything.

  Rule: Each message brings its call where its maker says, and leaves other calls alone

    Scenario Outline: Asking to <purpose> brings what its maker declares (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what its maker declares
      And the other call is as it was

      Examples: Messages
        | purpose                     | message            |
        | ask for the state of a call | CCaaS_GetCallState |

    Scenario Outline: Asking to <purpose> can be taken back where a counterpart is declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose                     | message            |
        | ask for the state of a call | CCaaS_GetCallState |

  Rule: A message at the wrong moment is refused or changes nothing, as its maker declares

    Scenario Outline: Asking to <purpose> at a wrong moment does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as declared

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

      Examples: No such conversation
        | purpose                     | message            | how                                         |
        | ask for the state of a call | CCaaS_GetCallState | sent for a conversation that does not exist |

      Examples: A detail too many
        | purpose                     | message            | how                                   |
        | ask for the state of a call | CCaaS_GetCallState | sent with a detail that it does not take |

      Examples: A detail too few
        | purpose                     | message            | how                                  |
        | ask for the state of a call | CCaaS_GetCallState | sent without a detail that it needs |

      Examples: A detail of the wrong kind
        | purpose                     | message            | how                                   |
        | ask for the state of a call | CCaaS_GetCallState | sent with a detail of the wrong kind |

    Scenario Outline: Opening where one asks to <purpose>, without asking, does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is opened, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose                     | message            |
        | ask for the state of a call | CCaaS_GetCallState |
