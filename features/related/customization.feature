@surface @normative @reference:BKMK_<relationship>
Feature: Which links of a conversation administrators may customise
  Administrators may adapt some links to their organisation; the others belong to the product. Where a closed link can
  be customised, the next update of the product breaks it; where an open one is closed, a planned adaptation cannot be
  made.

  Rule: Administrators may customise 6 of the 15 links of related records

    Scenario Outline: The link to the <record> may be customised
      When the link to the <record> (<relationship>) is looked up
      Then administrators may customise it (IsCustomizable: True)

      Examples: Open to customising
        | record                     | relationship                                                                            |
        | custom channel context     | msdyn_msdyn_ocliveworkitem_msdyn_customengagementctx_liveworkitemid                     |
        | Apple Messages context     | msdyn_msdyn_ocliveworkitem_msdyn_ocapplemessagesforbusinessengagementctx_liveworkitemid |
        | gatekeeper context         | msdyn_msdyn_ocliveworkitem_msdyn_ocgatekeeperengagementctx_liveworkitemid               |
        | phone call context         | msdyn_msdyn_ocliveworkitem_msdyn_ocphonecallengagementctx_liveworkitemid                |
        | voicemail of a missed call | msdyn_msdyn_ocliveworkitem_msdyn_ocvoicemail                                            |
        | Teams channel context      | msdyn_msdyn_ocliveworkitem_msdyn_teamschannelengagementctx_liveworkitemid               |

  Rule: The other 9 are closed to customising

    Scenario Outline: The link to the <record> is closed to customising
      When the link to the <record> (<relationship>) is looked up
      Then nobody may customise it (IsCustomizable: False)

      Examples: Closed to customising
        | record                             | relationship                                                                          |
        | chat questionnaire response        | msdyn_msdyn_ocliveworkitem_msdyn_chatquestionnaireresponse                            |
        | Facebook context                   | msdyn_msdyn_ocliveworkitem_msdyn_facebookengagementctx_liveworkitemid                 |
        | LINE context                       | msdyn_msdyn_ocliveworkitem_msdyn_lineengagementctx_liveworkitemid                     |
        | live chat context                  | msdyn_msdyn_ocliveworkitem_msdyn_livechatengagementctx_liveworkitemid                 |
        | Google's Business Messages context | msdyn_msdyn_ocliveworkitem_msdyn_ocgooglebusinessmessagesengagementctx_liveworkitemid |
        | SMS context                        | msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid                      |
        | Twitter context                    | msdyn_msdyn_ocliveworkitem_msdyn_twitterengagementctx_liveworkitemid                  |
        | WeChat context                     | msdyn_msdyn_ocliveworkitem_msdyn_wechatengagementctx_liveworkitemid                   |
        | WhatsApp context                   | msdyn_msdyn_ocliveworkitem_msdyn_whatsappengagementctx_liveworkitemid                 |
