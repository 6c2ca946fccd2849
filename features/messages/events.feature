@surface @normative @reference:messages
Feature: Nobody can hook into call control messages
  Some messages are also events: whoever subscribes to one has their own program run each time it is sent. The call
  control messages are not. Where one is, a foreign program can slow down or stop a call as it is answered or ended.

  Rule: No documented message is an event

    Scenario Outline: Nobody can subscribe to the message to <what it is for> (<message>)
      When the message to <what it is for> (<message>) is looked up
      Then nobody can subscribe to it (Event: False)

      Examples: Answering, holding and ending
        | what it is for        | message               |
        | answer a call         | CCaaS_AcceptCall      |
        | answer a phone call   | CCaaS_AcceptPhoneCall |
        | put a call on hold    | CCaaS_HoldCall        |
        | take a call off hold  | CCaaS_UnholdCall      |
        | step into a live call | CCaaS_BargeInToCall   |
        | end a call            | CCaaS_EndCall         |
        | end a phone call      | CCaaS_EndPhoneCall    |

      Examples: Handing over to the outside
        | what it is for                 | message                        |
        | start an external transfer     | CCaaS_InitiateExternalTransfer |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   |
        | transfer an external call      | CCaaS_ExternalCallTransfer     |
        | turn an external call down     | CCaaS_ExternalCallReject       |
        | close an external session      | CCaaS_CloseExternalSession     |

      Examples: Recording, transcription and state
        | what it is for                     | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |
        | ask for the state of a call        | CCaaS_GetCallState                    |

  Rule: An event is recognised as an event

    Scenario: Creating a conversation is an event
      When the message to create a conversation (Create) is looked up
      Then it is recognised as an event
