Feature: A conversation takes every documented kind of record
  A conversation names the record that it is about, and the voicemail that it was routed for. A kind that is left out
  leaves representatives without the context of the call; a wrong kind, or an old record that stays beside the new one,
  puts a customer's words in a foreign context.

  @reference:BKMK_RegardingObjectId
  Rule: A conversation can be about every documented kind of record, and names it

    @surface @normative
    Scenario Outline: A conversation is declared to accept a <record> as what it is about
      When the records that a conversation can be about (regardingobjectid) are looked up
      Then a <record> (<table>) is among them

      Examples: What a conversation can be about
        | record                      | table                            |
        | booking alert status        | msdyn_bookingalertstatus         |
        | booking rule                | msdyn_bookingrule                |
        | resource territory          | msdyn_resourceterritory          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting |
        | time group                  | msdyn_timegroup                  |
        | time group detail           | msdyn_timegroupdetail            |

    @data @derived @reference:BKMK_<relationship>
    Scenario Outline: A conversation can be about a <record>
      Given a conversation, and another one beside it
      And a <record> (<table>)
      When the conversation is linked to the <record> (<relationship>)
      Then the conversation names the <record> (regardingobjectid: <table>)
      And the conversation says by which way it leads there (<relationship>: <way>)
      And the other conversations are as they were

      Examples: What a conversation can be about
        | record                      | table                            | relationship                                           | way                                                                     |
        | booking alert status        | msdyn_bookingalertstatus         | msdyn_bookingalertstatus_msdyn_ocliveworkitems         | regardingobjectid_msdyn_bookingalertstatus_msdyn_ocliveworkitem         |
        | booking rule                | msdyn_bookingrule                | msdyn_bookingrule_msdyn_ocliveworkitems                | regardingobjectid_msdyn_bookingrule_msdyn_ocliveworkitem                |
        | resource territory          | msdyn_resourceterritory          | msdyn_resourceterritory_msdyn_ocliveworkitems          | regardingobjectid_msdyn_resourceterritory_msdyn_ocliveworkitem          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems | regardingobjectid_msdyn_systemuserschedulersetting_msdyn_ocliveworkitem |
        | time group                  | msdyn_timegroup                  | msdyn_timegroup_msdyn_ocliveworkitems                  | regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem                  |
        | time group detail           | msdyn_timegroupdetail            | msdyn_timegroupdetail_msdyn_ocliveworkitems            | regardingobjectid_msdyn_timegroupdetail_msdyn_ocliveworkitem            |

  @reference:BKMK_msdyn_routableobjectid
  Rule: A conversation can be routed for a voicemail, and names it

    @surface @normative
    Scenario: A voicemail is declared as a kind of record that can be routed
      When the records that a routed conversation can lead to (msdyn_routableobjectid) are looked up
      Then a voicemail (msdyn_ocvoicemail) is among them

    @data @derived @reference:BKMK_msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid
    Scenario: A conversation can be routed for a voicemail
      Given a conversation, and another one beside it
      And a voicemail (msdyn_ocvoicemail)
      When the conversation is linked to the voicemail (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      Then the conversation names the voicemail (msdyn_routableobjectid: msdyn_ocvoicemail)
      And the conversation says by which way it leads there (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid: msdyn_routableobjectid_msdyn_ocvoicemail_msdyn_ocliveworkitem_msdyn_ocvoicemail)
      And the other conversations are as they were

  @data @derived @reference:BKMK_RegardingObjectId @reference:BKMK_msdyn_routableobjectid
  Rule: A record of a kind that is not on offer there is refused, and nothing changes
    More kinds than those documented may be on offer: they are extensions. The six that a conversation can be about
    stand in one column: the time group stands for all of them.

    Scenario Outline: A conversation that names a <record> refuses a kind of record that is not on offer there
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      And a record of a kind that cannot be linked there
      When somebody tries to link the conversation to that record in the same way (<column>)
      Then that is refused
      And the conversation still names its record
      And the other conversations are as they were

      Examples: The two links of a conversation
        | record     | relationship                                                  | column                 |
        | time group | msdyn_timegroup_msdyn_ocliveworkitems                         | regardingobjectid      |
        | voicemail  | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid | msdyn_routableobjectid |

  @data @derived @reference:BKMK_RegardingObjectId @reference:BKMK_msdyn_routableobjectid
  Rule: A conversation can be moved to another record, and freed of it
    One of the six kinds stands for all, as above. A conversation is routed for a voicemail and no other documented
    kind, so moving from that to another kind is not tried.

    Scenario: A conversation that comes to be about another record is about that one alone
      Given a booking rule with a conversation linked to it (msdyn_bookingrule_msdyn_ocliveworkitems)
      And another booking rule with a conversation linked to it
      And a time group to put in its place (msdyn_timegroup)
      When the conversation is linked to the time group (msdyn_timegroup_msdyn_ocliveworkitems)
      Then the conversation names the time group alone (regardingobjectid: msdyn_timegroup)
      And the other conversations are as they were

    Scenario Outline: A conversation can be freed of its <record>
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      When the conversation is freed of its link (<column>)
      Then the conversation names nothing there
      And the other conversations are as they were

      Examples: The two links of a conversation
        | record     | relationship                                                  | column                 |
        | time group | msdyn_timegroup_msdyn_ocliveworkitems                         | regardingobjectid      |
        | voicemail  | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid | msdyn_routableobjectid |
