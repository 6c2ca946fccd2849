@reference:BKMK_<relationship>
Feature: How the form of a conversation offers the records that belong to it
  The form of a conversation has a menu of its related records: each is offered under the plural name of its kind, in
  the group Details, at place 10000, without a view of its own; a blank or null means that nothing is set. Where an entry
  differs, or lists the records of others, representatives no longer find what they were trained to open.

  Rule: The menu of a conversation has the documented entry for each kind of related record

    @surface @normative
    Scenario Outline: The menu of a conversation offers the entry for the <record>
      When the link to the <record> (<relationship>) is looked up
      Then it reads
        | AvailableOffline | True                                 |
        | Behavior         | UseCollectionName                    |
        | Group            | Details                              |
        | Label            |                                      |
        | MenuId           | null                                 |
        | Order            | 10000                                |
        | QueryApi         | null                                 |
        | ViewId           | 00000000-0000-0000-0000-000000000000 |

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
        | text message context               | msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid                        |
        | Teams channel context              | msdyn_msdyn_ocliveworkitem_msdyn_teamschannelengagementctx_liveworkitemid               |
        | Twitter context                    | msdyn_msdyn_ocliveworkitem_msdyn_twitterengagementctx_liveworkitemid                    |
        | WeChat context                     | msdyn_msdyn_ocliveworkitem_msdyn_wechatengagementctx_liveworkitemid                     |
        | WhatsApp context                   | msdyn_msdyn_ocliveworkitem_msdyn_whatsappengagementctx_liveworkitemid                   |

  Rule: A conversation lists the records that belong to it, and no others

    @data @derived
    Scenario Outline: A conversation lists its records of this kind: <record>
      Given a conversation, and another one beside it
      And a <record> of each of the two (<relationship>)
      When the records that belong to the conversation are looked up
      Then its own record is listed there, and the other's is not (<relationship>)
      And the other conversations are as they were

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
        | text message context               | msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid                        |
        | Teams channel context              | msdyn_msdyn_ocliveworkitem_msdyn_teamschannelengagementctx_liveworkitemid               |
        | Twitter context                    | msdyn_msdyn_ocliveworkitem_msdyn_twitterengagementctx_liveworkitemid                    |
        | WeChat context                     | msdyn_msdyn_ocliveworkitem_msdyn_wechatengagementctx_liveworkitemid                     |
        | WhatsApp context                   | msdyn_msdyn_ocliveworkitem_msdyn_whatsappengagementctx_liveworkitemid                   |
