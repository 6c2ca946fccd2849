@calls @derived @reference:messages
Feature: Handing a call over to the outside
  A call goes to a partner or an expert outside, who may take it or turn it down. A call that is neither here nor there
  leaves a customer with nobody on the line.

  Rule: Each message brings its call where its maker says, and leaves other calls alone

    Scenario Outline: Asking to <purpose> brings what its maker declares (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what its maker declares
      And the other call is as it was

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

    Scenario Outline: Asking to <purpose> can be taken back where a counterpart is declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

  Rule: A message at the wrong moment is refused or changes nothing, as its maker declares

    Scenario Outline: Asking to <purpose> at a wrong moment does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as declared

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

      Examples: No such conversation
        | purpose                        | message                        | how                                         |
        | start an external transfer     | CCaaS_InitiateExternalTransfer | sent for a conversation that does not exist |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   | sent for a conversation that does not exist |
        | transfer an external call      | CCaaS_ExternalCallTransfer     | sent for a conversation that does not exist |
        | turn an external call down     | CCaaS_ExternalCallReject       | sent for a conversation that does not exist |
        | close an external session      | CCaaS_CloseExternalSession     | sent for a conversation that does not exist |

      Examples: A detail too many
        | purpose                        | message                        | how                                   |
        | start an external transfer     | CCaaS_InitiateExternalTransfer | sent with a detail that it does not take |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   | sent with a detail that it does not take |
        | transfer an external call      | CCaaS_ExternalCallTransfer     | sent with a detail that it does not take |
        | turn an external call down     | CCaaS_ExternalCallReject       | sent with a detail that it does not take |
        | close an external session      | CCaaS_CloseExternalSession     | sent with a detail that it does not take |

      Examples: A detail too few
        | purpose                        | message                        | how                                  |
        | start an external transfer     | CCaaS_InitiateExternalTransfer | sent without a detail that it needs |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   | sent without a detail that it needs |
        | transfer an external call      | CCaaS_ExternalCallTransfer     | sent without a detail that it needs |
        | turn an external call down     | CCaaS_ExternalCallReject       | sent without a detail that it needs |
        | close an external session      | CCaaS_CloseExternalSession     | sent without a detail that it needs |

      Examples: A detail of the wrong kind
        | purpose                        | message                        | how                                   |
        | start an external transfer     | CCaaS_InitiateExternalTransfer | sent with a detail of the wrong kind |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   | sent with a detail of the wrong kind |
        | transfer an external call      | CCaaS_ExternalCallTransfer     | sent with a detail of the wrong kind |
        | turn an external call down     | CCaaS_ExternalCallReject       | sent with a detail of the wrong kind |
        | close an external session      | CCaaS_CloseExternalSession     | sent with a detail of the wrong kind |

    Scenario Outline: Opening where one asks to <purpose>, without asking, does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is opened, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |
