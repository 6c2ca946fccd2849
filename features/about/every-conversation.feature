@data @derived @reference:BKMK_<relationship>
Feature: What happens to a record reaches every conversation about it
  Most conversations of a record are closed, and many are owned by somebody else than the owner of the record. Who
  deletes, hands over or shares a record counts on all of them: one that stays behind is kept too long, or is missing
  where it is needed.

  Rule: Deleting the record deletes closed conversations and those of somebody else as well

    Scenario Outline: Deleting a <record> deletes the <conversation> about it
      Given a <record> with a <conversation> linked to it (<relationship>)
      When the <record> is deleted (Delete: Cascade)
      Then the <conversation> is gone

      Examples: Closed
        | conversation        | record                      | relationship                                           |
        | closed conversation | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | closed conversation | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | closed conversation | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | closed conversation | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | closed conversation | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | closed conversation | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

      Examples: Of somebody else
        | conversation                  | record                      | relationship                                           |
        | conversation of somebody else | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | conversation of somebody else | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | conversation of somebody else | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | conversation of somebody else | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | conversation of somebody else | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | conversation of somebody else | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: Assigning the record assigns closed conversations and those of somebody else as well

    Scenario Outline: Assigning a <record> assigns the <conversation> about it
      Given a <record> with a <conversation> linked to it (<relationship>)
      When the <record> is assigned to a colleague (Assign: Cascade)
      Then the <conversation> is owned by the colleague

      Examples: Closed
        | conversation        | record                      | relationship                                           |
        | closed conversation | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | closed conversation | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | closed conversation | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | closed conversation | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | closed conversation | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | closed conversation | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

      Examples: Of somebody else
        | conversation                  | record                      | relationship                                           |
        | conversation of somebody else | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | conversation of somebody else | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | conversation of somebody else | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | conversation of somebody else | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | conversation of somebody else | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | conversation of somebody else | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: Sharing the record shares closed conversations and those of somebody else as well, for as long as it is shared

    Scenario Outline: A <conversation> about a <record> is shared for as long as the record
      Given a <record> with a <conversation> linked to it (<relationship>)
      When the record is shared with a colleague, and after a while no longer
      Then the <conversation> was shared for the same rights while the record was
      And the <conversation> is no longer shared

      Examples: Closed
        | conversation        | record                      | relationship                                           |
        | closed conversation | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | closed conversation | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | closed conversation | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | closed conversation | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | closed conversation | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | closed conversation | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

      Examples: Of somebody else
        | conversation                  | record                      | relationship                                           |
        | conversation of somebody else | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | conversation of somebody else | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | conversation of somebody else | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | conversation of somebody else | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | conversation of somebody else | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | conversation of somebody else | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |
