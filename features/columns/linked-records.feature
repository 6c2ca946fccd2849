@data @derived @reference:BKMK_RegardingObjectId @reference:BKMK_msdyn_routableobjectid
Feature: A conversation leads to the record it is about
  Whoever opens a conversation wants the record that it is about, and whoever opens the record wants its conversations.
  A link that is accepted but not kept, or leads elsewhere, is worse than none.

  Rule: A conversation can be linked to every documented kind of record, and names it

    Scenario Outline: A conversation can be about a <record>
      Given a conversation, and another one beside it
      And a <record> (<table>)
      When the conversation is linked to the <record> (<relationship>)
      Then the conversation names the <record> (regardingobjectid: <table>)
      And the other conversations are as they were

      Examples: What a conversation can be about
        | record                        | table                            | relationship                                           |
        | booking alert status          | msdyn_bookingalertstatus         | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                  | msdyn_bookingrule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory            | msdyn_resourceterritory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | fulfillment preference        | msdyn_timegroup                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | fulfillment preference detail | msdyn_timegroupdetail            | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

    Scenario: A conversation can be routed for a voicemail
      Given a conversation, and another one beside it
      And a voicemail (msdyn_ocvoicemail)
      When the conversation is linked to the voicemail (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      Then the conversation names the voicemail (msdyn_routableobjectid: msdyn_ocvoicemail)
      And the other conversations are as they were

  Rule: The way leads from the conversation to its record and back

    Scenario Outline: A conversation leads to its <record>, and back
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      When somebody goes from the conversation to the <record> and back
      Then the way there leads to that <record> (<way>)
      And the way back leads to that conversation alone

      Examples: What a conversation is linked to
        | record                        | relationship                                                  | way                                                                             |
        | booking alert status          | msdyn_bookingalertstatus_msdyn_ocliveworkitems                | regardingobjectid_msdyn_bookingalertstatus_msdyn_ocliveworkitem                 |
        | booking rule                  | msdyn_bookingrule_msdyn_ocliveworkitems                       | regardingobjectid_msdyn_bookingrule_msdyn_ocliveworkitem                        |
        | resource territory            | msdyn_resourceterritory_msdyn_ocliveworkitems                 | regardingobjectid_msdyn_resourceterritory_msdyn_ocliveworkitem                  |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems        | regardingobjectid_msdyn_systemuserschedulersetting_msdyn_ocliveworkitem         |
        | fulfillment preference        | msdyn_timegroup_msdyn_ocliveworkitems                         | regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem                          |
        | fulfillment preference detail | msdyn_timegroupdetail_msdyn_ocliveworkitems                   | regardingobjectid_msdyn_timegroupdetail_msdyn_ocliveworkitem                    |
        | voicemail                     | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid | msdyn_routableobjectid_msdyn_ocvoicemail_msdyn_ocliveworkitem_msdyn_ocvoicemail |

  Rule: A record of any other kind is refused, and nothing changes

    Scenario Outline: A conversation that takes a <record> there takes no other kind of record
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      And a record of a kind that cannot be linked there
      When the conversation is linked to that record in the same way (<column>)
      Then that is refused
      And the conversation still names its record
      And the other conversations are as they were

      Examples: The two links of a conversation
        | record                 | relationship                                                  | column                 |
        | fulfillment preference | msdyn_timegroup_msdyn_ocliveworkitems                         | regardingobjectid      |
        | voicemail              | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid | msdyn_routableobjectid |

  Rule: A link can be changed and cleared

    Scenario: A conversation that comes to be about another record is about that one alone
      Given a booking rule with a conversation linked to it (msdyn_bookingrule_msdyn_ocliveworkitems)
      And another booking rule with a conversation linked to it
      And a fulfillment preference to put in its place (msdyn_timegroup)
      When the conversation is linked to the fulfillment preference (msdyn_timegroup_msdyn_ocliveworkitems)
      Then it names the new one alone (regardingobjectid)
      And the other conversations are as they were

    Scenario Outline: A conversation can be freed from its <record>
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      When the conversation is freed of its link (<column>)
      Then the conversation names nothing there
      And the other conversations are as they were

      Examples: The two links of a conversation
        | record                 | relationship                                                  | column                 |
        | fulfillment preference | msdyn_timegroup_msdyn_ocliveworkitems                         | regardingobjectid      |
        | voicemail              | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid | msdyn_routableobjectid |
