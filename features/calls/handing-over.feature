@calls @derived @reference:messages
Feature: Handing a call over to the outside
  A call goes to a partner or an expert outside, who may take it or turn it down. A call that is neither here nor there
  leaves a customer with nobody on the line.

  Rule: Each message does to its call what it is for, and to no other

    Scenario Outline: Asking to <purpose> does it (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what it should
      And the other call is as it was

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

    Scenario Outline: Asking to <purpose> is taken back by its counterpart, where there is one (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is what it was before both

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

  Rule: What comes at the wrong time is refused, or changes nothing

    Scenario Outline: Asking to <purpose> at the wrong time does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as it should

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

  Rule: What is asked for wrongly is refused, and nothing happens

    Scenario Outline: Asking to <purpose> is refused when it is <how> (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is <how>
      Then that is refused
      And the call is as it was

      Examples: Nobody's conversation
        | purpose                        | message                        | how                                         |
        | start an external transfer     | CCaaS_InitiateExternalTransfer | sent for a conversation that does not exist |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   | sent for a conversation that does not exist |
        | transfer an external call      | CCaaS_ExternalCallTransfer     | sent for a conversation that does not exist |
        | turn an external call down     | CCaaS_ExternalCallReject       | sent for a conversation that does not exist |
        | close an external session      | CCaaS_CloseExternalSession     | sent for a conversation that does not exist |

      Examples: Something too much
        | purpose                        | message                        | how                                   |
        | start an external transfer     | CCaaS_InitiateExternalTransfer | sent with something that nobody knows |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   | sent with something that nobody knows |
        | transfer an external call      | CCaaS_ExternalCallTransfer     | sent with something that nobody knows |
        | turn an external call down     | CCaaS_ExternalCallReject       | sent with something that nobody knows |
        | close an external session      | CCaaS_CloseExternalSession     | sent with something that nobody knows |

      Examples: Something too little
        | purpose                        | message                        | how                                  |
        | start an external transfer     | CCaaS_InitiateExternalTransfer | sent without something that it needs |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   | sent without something that it needs |
        | transfer an external call      | CCaaS_ExternalCallTransfer     | sent without something that it needs |
        | turn an external call down     | CCaaS_ExternalCallReject       | sent without something that it needs |
        | close an external session      | CCaaS_CloseExternalSession     | sent without something that it needs |

      Examples: Something of the wrong kind
        | purpose                        | message                        | how                                   |
        | start an external transfer     | CCaaS_InitiateExternalTransfer | sent with something of the wrong kind |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   | sent with something of the wrong kind |
        | transfer an external call      | CCaaS_ExternalCallTransfer     | sent with something of the wrong kind |
        | turn an external call down     | CCaaS_ExternalCallReject       | sent with something of the wrong kind |
        | close an external session      | CCaaS_CloseExternalSession     | sent with something of the wrong kind |

    Scenario Outline: Only reading where to ask to <purpose> does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is only read, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |
