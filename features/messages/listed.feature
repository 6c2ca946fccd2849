@surface @normative @reference:messages
Feature: The call control messages
  Telephony integrations and agent desktops steer a call by sending these messages. One that is missing, or spelt
  differently, leaves a representative with a button that does nothing while a customer is on the line.

  Rule: Every documented message is listed under its exact name

    Scenario Outline: There is a message to <what it is for> (<message>)
      When the message to <what it is for> (<message>) is looked up
      Then it is listed under its exact name (<message>)

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

  Rule: Only what is there is found

    Scenario: A message that nobody documents is not listed
      When the message to play chess (CCaaS_NobodyDocumentsThisMessage) is looked up
      Then it is not listed
