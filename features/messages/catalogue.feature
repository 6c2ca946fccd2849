@surface @reference:messages
Feature: The 18 call control messages
  Telephony integrations and desktops steer a call by sending these messages for its conversation. One that is
  missing, spelt differently, sent in another way or tied to another table leaves a representative with a button that
  does nothing; one that is an event lets a foreign program slow down or stop a call.

  @normative
  Rule: Each of the 18 messages exists, is an action, is no event, and belongs to the conversation table
    An action is sent as an order, a function is asked as a question; the message that asks for the state of a call is
    an action all the same. To an event others can subscribe, and have their own program run each time. These 18 are all
    that the reference names.

    Scenario Outline: The message to <what it is for> is as documented (<message>)
      When the message to <what it is for> (<message>) is looked up
      Then it reads
        | Name              | <message> |
        | Web API Operation | <kind>    |
        | Event             | <event>   |
        | Table             | <table>   |

      Examples: Answering, holding and ending
        | what it is for        | message               | kind   | event | table                |
        | answer a call         | CCaaS_AcceptCall      | action | False | msdyn_ocliveworkitem |
        | answer a phone call   | CCaaS_AcceptPhoneCall | action | False | msdyn_ocliveworkitem |
        | put a call on hold    | CCaaS_HoldCall        | action | False | msdyn_ocliveworkitem |
        | take a call off hold  | CCaaS_UnholdCall      | action | False | msdyn_ocliveworkitem |
        | step into a live call | CCaaS_BargeInToCall   | action | False | msdyn_ocliveworkitem |
        | end a call            | CCaaS_EndCall         | action | False | msdyn_ocliveworkitem |
        | end a phone call      | CCaaS_EndPhoneCall    | action | False | msdyn_ocliveworkitem |

      Examples: Handing over to the outside
        | what it is for                 | message                        | kind   | event | table                |
        | start an external transfer     | CCaaS_InitiateExternalTransfer | action | False | msdyn_ocliveworkitem |
        | turn an external transfer down | CCaaS_RejectExternalTransfer   | action | False | msdyn_ocliveworkitem |
        | transfer an external call      | CCaaS_ExternalCallTransfer     | action | False | msdyn_ocliveworkitem |
        | turn an external call down     | CCaaS_ExternalCallReject       | action | False | msdyn_ocliveworkitem |
        | close an external session      | CCaaS_CloseExternalSession     | action | False | msdyn_ocliveworkitem |

      Examples: Recording, transcription and state
        | what it is for                     | message                               | kind   | event | table                |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  | action | False | msdyn_ocliveworkitem |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  | action | False | msdyn_ocliveworkitem |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription | action | False | msdyn_ocliveworkitem |
        | start transcription                | CCaaS_StartTranscription              | action | False | msdyn_ocliveworkitem |
        | stop transcription                 | CCaaS_StopTranscription               | action | False | msdyn_ocliveworkitem |
        | ask for the state of a call        | CCaaS_GetCallState                    | action | False | msdyn_ocliveworkitem |

  @control
  Rule: The look-up can tell a message from none, an event from what is none, and a function from an action
    More messages than these may be offered: they are listed as extensions, and not judged.

    Scenario: A message that nobody documents is not listed
      When the message to play chess (CCaaS_NobodyDocumentsThisMessage) is looked up
      Then it is not found

    Scenario: Creating a conversation is an event
      When the message to create a conversation (Create) is looked up
      Then it is recognised as an event

    Scenario: The message that tells who is signed in is recognised as a function
      When the message to find out who is signed in (WhoAmI) is looked up
      Then it is recognised as a function
