@reference:BKMK_<relationship>
Feature: The records that belong to a conversation
  What a channel knows about a conversation, what a customer answered and what was left on the voicemail are kept in
  records of their own. Where a link to them differs, is accepted and not kept, or lists the records of others, the
  history of a conversation is there, but cannot be found.

  Rule: Each kind of related record belongs to its conversation under the documented names
    In the order of the table: the name of the link, the kind of the record, its column that names the conversation, and
    the name by which one goes from the conversation to its records.

    @surface @normative
    Scenario Outline: A conversation is linked to its records of this kind: <record>
      When the link to the <record> (<relationship>) is looked up
      Then it reads
        | SchemaName                             | <relationship> |
        | ReferencingEntity                      | <table>        |
        | ReferencingAttribute                   | <column>       |
        | ReferencedEntityNavigationPropertyName | <relationship> |

      Examples: Kinds of related record
        | record                             | table                                         | column                     | relationship                                                                            |
        | chat questionnaire response        | msdyn_chatquestionnaireresponse               | msdyn_ocliveworkitemid     | msdyn_msdyn_ocliveworkitem_msdyn_chatquestionnaireresponse                              |
        | custom channel context             | msdyn_customengagementctx                     | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_customengagementctx_liveworkitemid                     |
        | Facebook context                   | msdyn_facebookengagementctx                   | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_facebookengagementctx_liveworkitemid                   |
        | LINE context                       | msdyn_lineengagementctx                       | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_lineengagementctx_liveworkitemid                       |
        | live chat context                  | msdyn_livechatengagementctx                   | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_livechatengagementctx_liveworkitemid                   |
        | Apple Messages context             | msdyn_ocapplemessagesforbusinessengagementctx | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_ocapplemessagesforbusinessengagementctx_liveworkitemid |
        | gatekeeper context                 | msdyn_ocgatekeeperengagementctx               | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_ocgatekeeperengagementctx_liveworkitemid               |
        | Google's Business Messages context | msdyn_ocgooglebusinessmessagesengagementctx   | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_ocgooglebusinessmessagesengagementctx_liveworkitemid   |
        | phone call context                 | msdyn_ocphonecallengagementctx                | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_ocphonecallengagementctx_liveworkitemid                |
        | voicemail of a missed call         | msdyn_ocvoicemail                             | msdyn_missedconversationid | msdyn_msdyn_ocliveworkitem_msdyn_ocvoicemail                                            |
        | SMS context                        | msdyn_smsengagementctx                        | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid                        |
        | Teams channel context              | msdyn_teamschannelengagementctx               | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_teamschannelengagementctx_liveworkitemid               |
        | Twitter context                    | msdyn_twitterengagementctx                    | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_twitterengagementctx_liveworkitemid                    |
        | WeChat context                     | msdyn_wechatengagementctx                     | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_wechatengagementctx_liveworkitemid                     |
        | WhatsApp context                   | msdyn_whatsappengagementctx                   | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_whatsappengagementctx_liveworkitemid                   |

    @data @derived
    Scenario Outline: A record of this kind can be given to a conversation: <record>
      Given a conversation, and another one beside it
      And a <record> (<table>)
      When the conversation is given the <record> (<relationship>)
      Then the record belongs to that conversation (<column>)
      And the other conversations are as they were

      Examples: Kinds of related record
        | record                             | table                                         | column                     | relationship                                                                            |
        | chat questionnaire response        | msdyn_chatquestionnaireresponse               | msdyn_ocliveworkitemid     | msdyn_msdyn_ocliveworkitem_msdyn_chatquestionnaireresponse                              |
        | custom channel context             | msdyn_customengagementctx                     | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_customengagementctx_liveworkitemid                     |
        | Facebook context                   | msdyn_facebookengagementctx                   | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_facebookengagementctx_liveworkitemid                   |
        | LINE context                       | msdyn_lineengagementctx                       | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_lineengagementctx_liveworkitemid                       |
        | live chat context                  | msdyn_livechatengagementctx                   | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_livechatengagementctx_liveworkitemid                   |
        | Apple Messages context             | msdyn_ocapplemessagesforbusinessengagementctx | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_ocapplemessagesforbusinessengagementctx_liveworkitemid |
        | gatekeeper context                 | msdyn_ocgatekeeperengagementctx               | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_ocgatekeeperengagementctx_liveworkitemid               |
        | Google's Business Messages context | msdyn_ocgooglebusinessmessagesengagementctx   | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_ocgooglebusinessmessagesengagementctx_liveworkitemid   |
        | phone call context                 | msdyn_ocphonecallengagementctx                | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_ocphonecallengagementctx_liveworkitemid                |
        | voicemail of a missed call         | msdyn_ocvoicemail                             | msdyn_missedconversationid | msdyn_msdyn_ocliveworkitem_msdyn_ocvoicemail                                            |
        | SMS context                        | msdyn_smsengagementctx                        | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid                        |
        | Teams channel context              | msdyn_teamschannelengagementctx               | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_teamschannelengagementctx_liveworkitemid               |
        | Twitter context                    | msdyn_twitterengagementctx                    | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_twitterengagementctx_liveworkitemid                    |
        | WeChat context                     | msdyn_wechatengagementctx                     | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_wechatengagementctx_liveworkitemid                     |
        | WhatsApp context                   | msdyn_whatsappengagementctx                   | msdyn_liveworkitemid       | msdyn_msdyn_ocliveworkitem_msdyn_whatsappengagementctx_liveworkitemid                   |

  Rule: A conversation lists the records that belong to it, and no others

    @data @derived
    Scenario Outline: A conversation lists its records of this kind: <record>
      Given a conversation, and another one beside it
      And a <record> for each of the two (<relationship>)
      When the records that belong to the conversation are looked up
      Then its own record is listed there, and the other's is not (<relationship>)
      And among all such records it is found by its conversation, and no other is
      And it can be taken out of the list, and put back
      And the other conversations are as they were
      And the conversation and its record can be looked up together (<relationship>)

      Examples: Kinds of related record
        | record                             | relationship                                                                            |
        | chat questionnaire response        | msdyn_msdyn_ocliveworkitem_msdyn_chatquestionnaireresponse                              |
        | custom channel context             | msdyn_msdyn_ocliveworkitem_msdyn_customengagementctx_liveworkitemid                     |
        | Facebook context                   | msdyn_msdyn_ocliveworkitem_msdyn_facebookengagementctx_liveworkitemid                   |
        | LINE context                       | msdyn_msdyn_ocliveworkitem_msdyn_lineengagementctx_liveworkitemid                       |
        | live chat context                  | msdyn_msdyn_ocliveworkitem_msdyn_livechatengagementctx_liveworkitemid                   |
        | Apple Messages context             | msdyn_msdyn_ocliveworkitem_msdyn_ocapplemessagesforbusinessengagementctx_liveworkitemid |
        | gatekeeper context                 | msdyn_msdyn_ocliveworkitem_msdyn_ocgatekeeperengagementctx_liveworkitemid               |
        | Google's Business Messages context | msdyn_msdyn_ocliveworkitem_msdyn_ocgooglebusinessmessagesengagementctx_liveworkitemid   |
        | phone call context                 | msdyn_msdyn_ocliveworkitem_msdyn_ocphonecallengagementctx_liveworkitemid                |
        | voicemail of a missed call         | msdyn_msdyn_ocliveworkitem_msdyn_ocvoicemail                                            |
        | SMS context                        | msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid                        |
        | Teams channel context              | msdyn_msdyn_ocliveworkitem_msdyn_teamschannelengagementctx_liveworkitemid               |
        | Twitter context                    | msdyn_msdyn_ocliveworkitem_msdyn_twitterengagementctx_liveworkitemid                    |
        | WeChat context                     | msdyn_msdyn_ocliveworkitem_msdyn_wechatengagementctx_liveworkitemid                     |
        | WhatsApp context                   | msdyn_msdyn_ocliveworkitem_msdyn_whatsappengagementctx_liveworkitemid                   |
