@calls @declared @reference:messages
Feature: Recording and transcribing a call
  A recording is paused while a card number is read out, and goes on afterwards. A pause that does not pause keeps what
  must not be kept, and is noticed months later. What a pause pauses, transcription too or not, the maker declared.

  Rule: Each message puts its call into the state that the maker declared, and touches no other call

    Scenario Outline: The message to <purpose> does what the maker declared (<message>)
      Given a call that is ready to <purpose> (<message>)
      And another call in the same state
      When the message to <purpose> (<message>) is sent
      Then it is accepted
      And the call is in the state that the maker declared
      And the other call is as it was

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |

  Rule: What the maker declared of a message holds in every state that they declared for it
    One state is tried above, beside another call; here are all others, and the same ones while a call is recorded.

    Scenario Outline: The message to <purpose> does what the maker declared in every further state (<message>)
      Given calls in every further state in which the maker lets one <purpose> (<message>)
      When the message to <purpose> (<message>) is sent for each of them
      Then each time it is accepted
      And each call is in the state that the maker declared

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |

  Rule: Where the maker declared a counterpart, it takes the message back

    Scenario Outline: The message to <purpose> is taken back by its declared counterpart (<message>)
      Given the maker declared a counterpart (<message>)
      And a call that is ready to <purpose> (<message>)
      When the message to <purpose> (<message>) is sent and taken back by its counterpart
      Then the call is where it was at the beginning

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |

  Rule: At a wrong moment, a message is refused or changes nothing, as the maker declared

    Scenario Outline: The message to <purpose> does no harm at any wrong moment (<message>)
      Given the maker declared what happens at a wrong moment (<message>)
      And calls in every state in which the maker does not let one <purpose> (<message>)
      When the message to <purpose> (<message>) is sent for each of them all the same
      Then each time it is refused or changes nothing, as the maker declared

      Examples: Messages
        | purpose                            | message                               |
        | start recording and transcription  | CCaaS_StartRecordingAndTranscription  |
        | pause recording and transcription  | CCaaS_PauseRecordingAndTranscription  |
        | resume recording and transcription | CCaaS_ResumeRecordingAndTranscription |
        | start transcription                | CCaaS_StartTranscription              |
        | stop transcription                 | CCaaS_StopTranscription               |
