@calls @derived @reference:messages
Feature: Stepping into a live call
  A supervisor steps in when a conversation goes wrong, and needs to be heard without ending the call. Stepping into a
  call that nobody has answered, or into another one, is worse than not helping.

  Rule: Each message brings its call where its maker says, and leaves other calls alone

    Scenario Outline: Asking to <purpose> brings what its maker declares (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what its maker declares
      And the other call is as it was

      Examples: Messages
        | purpose               | message             |
        | step into a live call | CCaaS_BargeInToCall |

    Scenario Outline: Asking to <purpose> can be taken back where a counterpart is declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose               | message             |
        | step into a live call | CCaaS_BargeInToCall |

  Rule: A message at the wrong moment is refused or changes nothing, as its maker declares

    Scenario Outline: Asking to <purpose> at a wrong moment does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as declared

      Examples: Messages
        | purpose               | message             |
        | step into a live call | CCaaS_BargeInToCall |

  Rule: What is asked for wrongly is refused, and nothing happens

    Scenario Outline: Asking to <purpose> is refused when it is <how> (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is <how>
      Then that is refused
      And the call is as it was

      Examples: No such conversation
        | purpose               | message             | how                                         |
        | step into a live call | CCaaS_BargeInToCall | sent for a conversation that does not exist |

      Examples: A detail too many
        | purpose               | message             | how                                   |
        | step into a live call | CCaaS_BargeInToCall | sent with a detail that it does not take |

      Examples: A detail too few
        | purpose               | message             | how                                  |
        | step into a live call | CCaaS_BargeInToCall | sent without a detail that it needs |

      Examples: A detail of the wrong kind
        | purpose               | message             | how                                   |
        | step into a live call | CCaaS_BargeInToCall | sent with a detail of the wrong kind |

    Scenario Outline: Opening where one asks to <purpose>, without asking, does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is opened, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose               | message             |
        | step into a live call | CCaaS_BargeInToCall |
