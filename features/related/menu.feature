@surface @normative @reference:BKMK_<relationship>
Feature: How the form of a conversation offers the records that belong to it
  The form of a conversation has a menu of its related records: each is offered under the plural name of its kind, all
  of them in the same group. Where an entry differs, representatives no longer find what they were trained to open.

  Rule: The menu of a conversation has the documented entry for each kind of related record
    In the order of the table: the entry is there offline as well, is called by the plural name of its kind, stands in
    the group Details, has neither a label nor a number of its own, stands at place 10000, and has no selection or view
    of its own. A blank, null or zeros mean that nothing is set, and are checked as well.

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
        | SMS context                        | msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid                        |
        | Teams channel context              | msdyn_msdyn_ocliveworkitem_msdyn_teamschannelengagementctx_liveworkitemid               |
        | Twitter context                    | msdyn_msdyn_ocliveworkitem_msdyn_twitterengagementctx_liveworkitemid                    |
        | WeChat context                     | msdyn_msdyn_ocliveworkitem_msdyn_wechatengagementctx_liveworkitemid                     |
        | WhatsApp context                   | msdyn_msdyn_ocliveworkitem_msdyn_whatsappengagementctx_liveworkitemid                   |
