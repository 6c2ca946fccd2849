@surface @normative @reference:messages
Feature: Call control messages make something happen
  A message is documented either as an action or as a function, and programs must send the two in different ways. All
  call control messages are documented as actions, even the one that asks for the state of a call; offered as a
  function, a message cannot be reached by those who rely on it.

  Rule: Every documented message is an action

    Scenario Outline: The message to <what it is for> is an action (<message>)
      When the message to <what it is for> (<message>) is looked up
      Then it is sent as documented (Web API Operation: action)

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

  Rule: An action is told apart from a function

    Scenario: The message that tells who is signed in is recognised as a function
      When the message to find out who is signed in (WhoAmI) is looked up
      Then it is recognised as a function
