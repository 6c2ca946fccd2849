@data @derived @reference:BKMK_<relationship>
Feature: What happens to a record reaches every conversation about it
  Most conversations of a record are closed, and many belong to somebody else than the record. Who deletes, hands over or
  shares a record counts on all of them: one that stays behind is kept too long, or is missing where it is needed.

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
      Then the <conversation> belongs to the colleague

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

  Rule: Sharing the record shares closed conversations and those of somebody else as well

    Scenario Outline: Sharing a <record> shares the <conversation> about it
      Given a <record> with a <conversation> linked to it (<relationship>)
      When the <record> is shared with a colleague (Share: Cascade)
      Then the <conversation> is shared with the colleague for the same rights

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

  Rule: When the record is no longer shared, closed conversations and those of somebody else are not either

    Scenario Outline: When a <record> is no longer shared, the <conversation> about it loses what it inherited
      Given a <record> with a <conversation> linked to it (<relationship>)
      And the <record> is shared with a colleague, who was also given other rights on the conversation directly
      When the <record> is no longer shared with the colleague (Unshare: Cascade)
      Then the colleague keeps exactly the rights given on the <conversation> directly

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
