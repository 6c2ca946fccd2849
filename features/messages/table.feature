@surface @normative @reference:messages
Feature: Call control messages belong to the conversation
  A call is steered through its conversation, a record of the conversation table. A message that is tied to another
  table cannot be sent for the conversation that the representative has open.

  Rule: Every documented message belongs to the conversation table

    Scenario Outline: The message to <what it is for> belongs to the conversation (<message>)
      When the message to <what it is for> (<message>) is looked up
      Then it belongs to the conversation table (msdyn_ocliveworkitem)

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
