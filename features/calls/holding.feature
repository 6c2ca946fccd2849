@calls @derived @reference:messages
Feature: Holding a call and coming back to it
  A customer on hold hears music and is not heard. A call that looks held but is not lets the customer listen to what is
  said about them; one that does not come back is lost.

  Rule: Each message does to its call what it is for, and to no other

    Scenario Outline: Asking to <purpose> does it (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what it should
      And the other call is as it was

      Examples: Messages
        | purpose              | message          |
        | put a call on hold   | CCaaS_HoldCall   |
        | take a call off hold | CCaaS_UnholdCall |

    Scenario Outline: Asking to <purpose> is taken back by its counterpart, where there is one (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is what it was before both

      Examples: Messages
        | purpose              | message          |
        | put a call on hold   | CCaaS_HoldCall   |
        | take a call off hold | CCaaS_UnholdCall |

  Rule: What comes at the wrong time is refused, or changes nothing

    Scenario Outline: Asking to <purpose> at the wrong time does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as it should

      Examples: Messages
        | purpose              | message          |
        | put a call on hold   | CCaaS_HoldCall   |
        | take a call off hold | CCaaS_UnholdCall |

    Scenario: Asking to put a call on hold twice does no harm
      Given a call in which it was the turn to put a call on hold (CCaaS_HoldCall)
      When the message to put a call on hold (CCaaS_HoldCall) is sent once more
      Then it is refused or changes nothing

  Rule: What is asked for wrongly is refused, and nothing happens

    Scenario Outline: Asking to <purpose> is refused when it is <how> (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is <how>
      Then that is refused
      And the call is as it was

      Examples: Nobody's conversation
        | purpose              | message          | how                                         |
        | put a call on hold   | CCaaS_HoldCall   | sent for a conversation that does not exist |
        | take a call off hold | CCaaS_UnholdCall | sent for a conversation that does not exist |

      Examples: Something too much
        | purpose              | message          | how                                   |
        | put a call on hold   | CCaaS_HoldCall   | sent with something that nobody knows |
        | take a call off hold | CCaaS_UnholdCall | sent with something that nobody knows |

      Examples: Something too little
        | purpose              | message          | how                                  |
        | put a call on hold   | CCaaS_HoldCall   | sent without something that it needs |
        | take a call off hold | CCaaS_UnholdCall | sent without something that it needs |

      Examples: Something of the wrong kind
        | purpose              | message          | how                                   |
        | put a call on hold   | CCaaS_HoldCall   | sent with something of the wrong kind |
        | take a call off hold | CCaaS_UnholdCall | sent with something of the wrong kind |

    Scenario Outline: Only reading where to ask to <purpose> does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is only read, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose              | message          |
        | put a call on hold   | CCaaS_HoldCall   |
        | take a call off hold | CCaaS_UnholdCall |
