@calls @derived @reference:messages
Feature: Recording and transcribing a call
  While a card number is read out nothing may be captured, and afterwards all of it has to be
  captured again. A pause that does
  not pause is a breach of the law that is noticed months later.

  Rule: Each message brings its call where its maker says, and leaves other calls alone

    Scenario Outline: Asking to <purpose> brings what its maker declares (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call becomes what its maker declares
      And the other call is as it was

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |

    Scenario Outline: Asking to <purpose> can be taken back where a counterpart is declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |

  Rule: A message at the wrong moment is refused or changes nothing, as its maker declares

    Scenario Outline: Asking to <purpose> at a wrong moment does no harm (<message>)
      Given a call that is not ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent all the same
      Then it is refused or changes nothing, as declared

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

      Examples: No such conversation
        | purpose                            | message                               | how                                         |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  | sent for a conversation that does not exist |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  | sent for a conversation that does not exist |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription | sent for a conversation that does not exist |
        | start transcription                | CCaaS_StartTranscription              | sent for a conversation that does not exist |
        | stop transcription                 | CCaaS_StopTranscription               | sent for a conversation that does not exist |

      Examples: A detail too many
        | purpose                            | message                               | how                                   |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  | sent with a detail that it does not take |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  | sent with a detail that it does not take |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription | sent with a detail that it does not take |
        | start transcription                | CCaaS_StartTranscription              | sent with a detail that it does not take |
        | stop transcription                 | CCaaS_StopTranscription               | sent with a detail that it does not take |

      Examples: A detail too few
        | purpose                            | message                               | how                                  |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  | sent without a detail that it needs |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  | sent without a detail that it needs |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription | sent without a detail that it needs |
        | start transcription                | CCaaS_StartTranscription              | sent without a detail that it needs |
        | stop transcription                 | CCaaS_StopTranscription               | sent without a detail that it needs |

      Examples: A detail of the wrong kind
        | purpose                            | message                               | how                                   |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  | sent with a detail of the wrong kind |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  | sent with a detail of the wrong kind |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription | sent with a detail of the wrong kind |
        | start transcription                | CCaaS_StartTranscription              | sent with a detail of the wrong kind |
        | stop transcription                 | CCaaS_StopTranscription               | sent with a detail of the wrong kind |

    Scenario Outline: Opening where one asks to <purpose>, without asking, does nothing (<message>)
      Given a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is opened, not sent
      Then it is not carried out
      And the call is as it was

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |
