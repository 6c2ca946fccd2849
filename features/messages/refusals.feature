@calls @declared @reference:messages
Feature: A message that is asked for wrongly is refused, and nothing happens
  Programs make mistakes: a conversation that is gone, a detail too many, too few or of the wrong kind. A message that
  is carried out all the same ends or transfers a call that nobody meant. Every message has to refuse this. Which
  details it takes is what the maker declared; one without details cannot miss one, which is then not applicable.

  Rule: A message for a conversation that does not exist is refused

    Scenario Outline: The message to <purpose> is refused for a conversation that does not exist (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent for a conversation that does not exist
      Then that is refused
      And the call is as it was

      Examples: Answering, holding and ending
        | purpose               | message               |
        | answer a call         | CCaaS_AcceptCall      |
        | answer a phone call   | CCaaS_AcceptPhoneCall |
        | put a call on hold    | CCaaS_HoldCall        |
        | take a call off hold  | CCaaS_UnholdCall      |
        | step into a live call | CCaaS_BargeInToCall   |
        | end a call            | CCaaS_EndCall         |
        | end a phone call      | CCaaS_EndPhoneCall    |

      Examples: Handing over to the outside
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

      Examples: Recording, transcription and state
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |
        | ask for the state of a call        | CCaaS_GetCallState                    |

  Rule: A message with a detail that it does not take is refused

    Scenario Outline: The message to <purpose> is refused with a detail too many (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent with a detail that it does not take
      Then that is refused
      And the call is as it was

      Examples: Answering, holding and ending
        | purpose               | message               |
        | answer a call         | CCaaS_AcceptCall      |
        | answer a phone call   | CCaaS_AcceptPhoneCall |
        | put a call on hold    | CCaaS_HoldCall        |
        | take a call off hold  | CCaaS_UnholdCall      |
        | step into a live call | CCaaS_BargeInToCall   |
        | end a call            | CCaaS_EndCall         |
        | end a phone call      | CCaaS_EndPhoneCall    |

      Examples: Handing over to the outside
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

      Examples: Recording, transcription and state
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |
        | ask for the state of a call        | CCaaS_GetCallState                    |

  Rule: A message without a detail that it needs is refused

    Scenario Outline: The message to <purpose> is refused with a detail too few (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent without a detail that it needs
      Then that is refused
      And the call is as it was

      Examples: Answering, holding and ending
        | purpose               | message               |
        | answer a call         | CCaaS_AcceptCall      |
        | answer a phone call   | CCaaS_AcceptPhoneCall |
        | put a call on hold    | CCaaS_HoldCall        |
        | take a call off hold  | CCaaS_UnholdCall      |
        | step into a live call | CCaaS_BargeInToCall   |
        | end a call            | CCaaS_EndCall         |
        | end a phone call      | CCaaS_EndPhoneCall    |

      Examples: Handing over to the outside
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

      Examples: Recording, transcription and state
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |
        | ask for the state of a call        | CCaaS_GetCallState                    |

  Rule: A message with a detail of the wrong kind is refused

    Scenario Outline: The message to <purpose> is refused with a detail of the wrong kind (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent with a detail of the wrong kind
      Then that is refused
      And the call is as it was

      Examples: Answering, holding and ending
        | purpose               | message               |
        | answer a call         | CCaaS_AcceptCall      |
        | answer a phone call   | CCaaS_AcceptPhoneCall |
        | put a call on hold    | CCaaS_HoldCall        |
        | take a call off hold  | CCaaS_UnholdCall      |
        | step into a live call | CCaaS_BargeInToCall   |
        | end a call            | CCaaS_EndCall         |
        | end a phone call      | CCaaS_EndPhoneCall    |

      Examples: Handing over to the outside
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

      Examples: Recording, transcription and state
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |
        | ask for the state of a call        | CCaaS_GetCallState                    |

  Rule: Looking at a message without sending it does not carry it out
    To look is to open its address (GET), as a preview of a link does: else that hangs up on a customer.

    Scenario Outline: Looking at the message to <purpose> does not carry it out (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is looked at without being sent
      Then it is not carried out
      And the call is as it was

      Examples: Answering, holding and ending
        | purpose               | message               |
        | answer a call         | CCaaS_AcceptCall      |
        | answer a phone call   | CCaaS_AcceptPhoneCall |
        | put a call on hold    | CCaaS_HoldCall        |
        | take a call off hold  | CCaaS_UnholdCall      |
        | step into a live call | CCaaS_BargeInToCall   |
        | end a call            | CCaaS_EndCall         |
        | end a phone call      | CCaaS_EndPhoneCall    |

      Examples: Handing over to the outside
        | purpose                        | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

      Examples: Recording, transcription and state
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |
        | ask for the state of a call        | CCaaS_GetCallState                    |
