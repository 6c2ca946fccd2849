@data @derived
Feature: A link is the same whichever way it is taken, and what was deleted is found nowhere any more
  A link can be made and undone from either of its ends, and whatever reads it later may come from any side. Where one
  way is accepted and does nothing, a conversation stays with a wrong record. Where one way still leads to what was
  deleted, people work with what others believe to be gone.

  @reference:BKMK_<relationship>
  Rule: A conversation can be linked and freed by an address, from its own end and from that of its record

    Scenario Outline: A conversation and its <record> can be linked and freed from either end
      Given a conversation, and another one beside it
      And a <record> (<table>)
      When the conversation is pointed to the <record> by its address (<relationship>)
      Then the conversation names that record until it is freed in the same way
      And the record can take the conversation at its own end, and let it go
      And the other conversations are as they were

      Examples: What a conversation is linked to
        | record                      | table                            | relationship                                                  |
        | booking alert status        | msdyn_bookingalertstatus         | msdyn_bookingalertstatus_msdyn_ocliveworkitems                |
        | booking rule                | msdyn_bookingrule                | msdyn_bookingrule_msdyn_ocliveworkitems                       |
        | resource territory          | msdyn_resourceterritory          | msdyn_resourceterritory_msdyn_ocliveworkitems                 |
        | scheduler setting of a user | msdyn_systemuserschedulersetting | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems        |
        | time group                  | msdyn_timegroup                  | msdyn_timegroup_msdyn_ocliveworkitems                         |
        | time group detail           | msdyn_timegroupdetail            | msdyn_timegroupdetail_msdyn_ocliveworkitems                   |
        | voicemail                   | msdyn_ocvoicemail                | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid |

  @reference:BKMK_RegardingObjectId @reference:BKMK_msdyn_routableobjectid
  Rule: A conversation that is deleted is found nowhere any more
    The six kinds of record that a conversation can be about stand in one column: the time group stands for all of them.

    Scenario Outline: A deleted conversation is found neither by itself nor by its <record>
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      When the conversation is deleted (<column>)
      Then the conversation is found nowhere any more
      And the other conversations are as they were

      Examples: The two links of a conversation
        | record     | relationship                                                  | column                 |
        | time group | msdyn_timegroup_msdyn_ocliveworkitems                         | regardingobjectid      |
        | voicemail  | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid | msdyn_routableobjectid |
