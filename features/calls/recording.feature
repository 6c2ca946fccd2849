@calls @derived @reference:messages
Feature: Recording and transcribing a call
  While a card number is read out nothing may be captured, and afterwards everything has to be again. A pause that does
  not pause is a breach of the law that is noticed months later.

  Rule: Each message does to its call what it is for, and to no other

    Scenario Outline: Asking to <purpose> does it (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what it should
      And the other call is as it was

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |

    Scenario Outline: Asking to <purpose> is taken back by its counterpart, where there is one (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is what it was before both

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |

  Rule: What comes at the wrong time is refused, or changes nothing

    Scenario Outline: Asking to <purpose> at the wrong time does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as it should

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |

  Rule: What is asked for wrongly is refused, and nothing happens

    Scenario Outline: Asking to <purpose> is refused when it is <how> (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is <how>
      Then that is refused
      And the call is as it was

      Examples: Nobody's conversation
        | purpose                            | message                               | how                                         |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  | sent for a conversation that does not exist |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  | sent for a conversation that does not exist |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription | sent for a conversation that does not exist |
        | start transcription                | CCaaS_StartTranscription              | sent for a conversation that does not exist |
        | stop transcription                 | CCaaS_StopTranscription               | sent for a conversation that does not exist |

      Examples: Something too much
        | purpose                            | message                               | how                                   |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  | sent with something that nobody knows |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  | sent with something that nobody knows |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription | sent with something that nobody knows |
        | start transcription                | CCaaS_StartTranscription              | sent with something that nobody knows |
        | stop transcription                 | CCaaS_StopTranscription               | sent with something that nobody knows |

      Examples: Something too little
        | purpose                            | message                               | how                                  |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  | sent without something that it needs |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  | sent without something that it needs |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription | sent without something that it needs |
        | start transcription                | CCaaS_StartTranscription              | sent without something that it needs |
        | stop transcription                 | CCaaS_StopTranscription               | sent without something that it needs |

      Examples: Something of the wrong kind
        | purpose                            | message                               | how                                   |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  | sent with something of the wrong kind |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  | sent with something of the wrong kind |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription | sent with something of the wrong kind |
        | start transcription                | CCaaS_StartTranscription              | sent with something of the wrong kind |
        | stop transcription                 | CCaaS_StopTranscription               | sent with something of the wrong kind |

    Scenario Outline: Only reading where to ask to <purpose> does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is only read, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |
