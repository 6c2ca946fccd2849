@calls @control @reference:messages
Feature: A message that nobody knows is not carried out
  Whoever misspells a message has to be told. And where every message is answered with a yes, whatever its name, the yes
  to a documented one means nothing: then nobody can say that a call is really answered, held or ended.

  Rule: A message that nobody documents is refused, and the call stays as it is

    Scenario: A message that nobody documents is refused for a conversation
      Given a call that has just been offered
      When the message to play chess (CCaaS_NobodyDocumentsThisMessage) is sent for this conversation
      Then that is refused
      And the call is as it was

    Scenario: A message that nobody documents is refused for no conversation in particular
      Given a call that has just been offered
      When the message to play chess (CCaaS_NobodyDocumentsThisMessage) is sent for no conversation in particular
      Then that is refused
      And the call is as it was

  Rule: A message whose name is written otherwise is another message
    The reference writes each name in one way, large and small letters included.

    Scenario: A message is refused when its name is written in small letters
      Given a call that is ready to answer a call (CCaaS_AcceptCall)
      When the message to answer a call (ccaas_acceptcall) is sent in small letters
      Then that is refused
      And the call is as it was
