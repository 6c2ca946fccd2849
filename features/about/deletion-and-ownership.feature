@reference:BKMK_<relationship>
Feature: Deletion and ownership carry over from a record to the conversations about it
  Deleting a record or giving it to another owner is done once, and its conversations are expected to go along. Where
  they stay behind, they keep a former owner, or stay visible to people who should see them no more. Where conversations
  of other records go along, their history is gone for good.

  Rule: Deleting the record deletes the conversations about it and no others

    @surface @normative
    Scenario Outline: Deleting a <record> is declared to delete its conversations
      When the link to the <record> (<relationship>) is looked up
      Then the conversations are deleted with it (Delete: Cascade)

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

    @data @derived
    Scenario Outline: Deleting a <record> deletes its conversations and no others
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      And a conversation linked to nothing
      When the <record> is deleted (Delete: Cascade)
      Then the conversation is gone
      And the other conversations are as they were
      And what was deleted is found nowhere any more

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: Assigning the record to another owner assigns the conversations about it and no others

    @surface @normative
    Scenario Outline: Assigning a <record> is declared to assign its conversations
      When the link to the <record> (<relationship>) is looked up
      Then the conversations get the same owner (Assign: Cascade)

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

    @data @derived
    Scenario Outline: Assigning a <record> assigns its conversations and no others
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      And a conversation linked to nothing
      When the <record> is assigned to a colleague (Assign: Cascade)
      Then the conversation is owned by the colleague
      And the other conversations are as they were

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: When a conversation comes to be about a record, the owner of the record gets access to it

    @surface @normative
    Scenario Outline: The owner of a <record> is declared to get access to conversations about it
      When the link to the <record> (<relationship>) is looked up
      Then the owner of the record gets access (Reparent: Cascade)

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

    @data @derived
    Scenario Outline: The owner of a <record> gets access to the conversation that comes to be about it
      Given a conversation, and another one beside it
      And a <record> that is owned by a colleague (<table>)
      When the conversation is linked to the colleague's <record> (<relationship>)
      Then the conversation can be read by that colleague
      And the other conversations are as they were

      Examples: Kinds of record
        | record                      | table                            | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus         | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail            | msdyn_timegroupdetail_msdyn_ocliveworkitems            |
