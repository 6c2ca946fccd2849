@data @derived @reference:BKMK_msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid
Feature: A conversation outlives the voicemail that was routed
  Old voicemails are cleared out, handed over and shared without a thought for the conversation they once brought. The
  history of the customer has to stay, and with its owner.

  Rule: Deleting the voicemail clears the link and keeps the conversation

    Scenario: A conversation stays when its voicemail is deleted, and names it no more
      Given a voicemail with a conversation linked to it (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      And another voicemail with a conversation linked to it
      When the voicemail is deleted (Delete: RemoveLink)
      Then the conversation stays and only loses its link
      And the other conversations are as they were

  Rule: Nothing else that happens to the voicemail touches the conversation

    Scenario: A conversation stays with its owner when its voicemail is assigned
      Given a voicemail with a conversation linked to it (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      And another voicemail with a conversation linked to it
      And to know when effects show, a booking alert status with a conversation linked to it (msdyn_bookingalertstatus_msdyn_ocliveworkitems)
      When the voicemail is assigned to a colleague (Assign: NoCascade)
      Then the conversation keeps its owner
      And the other conversations are as they were

    Scenario: A conversation is not shared when its voicemail is
      Given a voicemail with a conversation linked to it (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      And another voicemail with a conversation linked to it
      And to know when effects show, a resource territory with a conversation linked to it (msdyn_resourceterritory_msdyn_ocliveworkitems)
      When the voicemail is shared with a colleague (Share: NoCascade)
      Then the conversation is not shared
      And the other conversations are as they were

    Scenario: A conversation keeps its own share when its voicemail is shared no more
      Given a voicemail with a conversation linked to it (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      And another voicemail with a conversation linked to it
      And to know when effects show, a fulfillment preference with a conversation linked to it (msdyn_timegroup_msdyn_ocliveworkitems)
      And the voicemail is shared with a colleague, and the conversation for other rights
      When the voicemail is no longer shared with the colleague (Unshare: NoCascade)
      Then the conversation keeps only the rights it was shared with itself
      And the other conversations are as they were

    Scenario: A conversation does not open up to the owner of the voicemail it is routed for
      Given a conversation, and another one beside it
      And a voicemail that belongs to a colleague (msdyn_ocvoicemail)
      And to know when effects show, a scheduler setting of a user that belongs to the colleague (msdyn_systemuserschedulersetting_msdyn_ocliveworkitems)
      When the conversation is linked to the colleague's voicemail (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      Then the conversation is no more open to that colleague than before
      And the other conversations are as they were
