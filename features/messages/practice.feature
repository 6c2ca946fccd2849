@calls @advisory @reference:messages
Feature: What is usual where the maker says nothing
  Telephony systems agree on much that the reference leaves open. Whoever connects a desktop expects it; where it is
  otherwise, that is worth knowing beforehand. It is reported, and never part of a verdict: where the maker has declared
  the matter, nothing is tried here. What is usual of each message stands in a table of the features' README.

  Rule: Where the maker does not say what a message does, it usually does what its name says
    Not tried: transferring an external call, turning one down and closing an external session, where systems differ;
    and asking for the state, which is not expected to do anything.

    Scenario Outline: The message to <purpose> does what is usual (<message>)
      Given the maker leaves open what becomes of the call (<message>)
      And a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then the call is in the state that is usual
      And no other call has changed

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

      Examples: Recording, transcription and state
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |

  Rule: Where the maker names no counterpart, the usual counterpart takes a message back

    Scenario Outline: The message to <purpose> is taken back by the usual counterpart (<message>)
      Given the maker leaves open what takes it back (<message>)
      And a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the usual counterpart has brought the call back

      Examples: Messages with a usual counterpart
        | purpose                           | message                              |
        | put a call on hold                | CCaaS_HoldCall                       |
        | start an external transfer        | CCaaS_InitiateExternalTransfer       |
        | pause recording and transcription | CCaaS_PauseRecordingAndTranscription |
        | start transcription               | CCaaS_StartTranscription             |

  Rule: Where the maker does not say what happens at a wrong moment, a message is usually refused or changes nothing
    Not tried: closing an external session and asking for the state, for which no wrong moment is usual.

    Scenario Outline: The message to <purpose> does no harm at a moment that is usually wrong (<message>)
      Given the maker leaves open what happens at a wrong moment (<message>)
      And a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as is usual

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

      Examples: Recording, transcription and state
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |

  Rule: Where the maker does not say so, a message that is sent twice is usually refused or changes nothing
    Holding and ending are what people press twice.

    Scenario Outline: The message to <purpose> does no harm a second time (<message>)
      Given the maker leaves open what happens at a wrong moment (<message>)
      And a call after the message to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent once more
      Then it is usual that it is refused or changes nothing

      Examples: Messages
        | purpose            | message            |
        | put a call on hold | CCaaS_HoldCall     |
        | end a call         | CCaaS_EndCall      |
        | end a phone call   | CCaaS_EndPhoneCall |
