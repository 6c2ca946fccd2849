@surface @normative @reference:many-to-one-relationships
Feature: What is declared not to carry over from a record to the conversations about it
  Archiving a record, merging it into another, and gathering the activities around it in one list leave the
  conversations about it alone. Where that is declared otherwise, conversations disappear from daily work or turn up in
  lists they do not belong to.

  Rule: Archiving the record leaves the conversations about it where they are

    Scenario Outline: Archiving a <record> does not archive its conversations
      When the link to the <record> (<relationship>) is looked up
      Then the conversations are not archived (Archive: NoCascade)

      Examples: Kinds of record
        | record                        | relationship                                           |
        | booking alert status          | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                  | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory            | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | fulfillment preference        | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | fulfillment preference detail | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: Merging the record into another leaves the conversations about it alone

    Scenario Outline: Merging a <record> does not touch its conversations
      When the link to the <record> (<relationship>) is looked up
      Then the conversations stay as they are (Merge: NoCascade)

      Examples: Kinds of record
        | record                        | relationship                                           |
        | booking alert status          | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                  | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory            | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | fulfillment preference        | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | fulfillment preference detail | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: The conversations are not gathered in the list of activities around the record (roll-up)

    Scenario Outline: The list of activities around a <record> does not gather its conversations
      When the link to the <record> (<relationship>) is looked up
      Then the conversations are not listed among its activities (RollupView: NoCascade)

      Examples: Kinds of record
        | record                        | relationship                                           |
        | booking alert status          | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                  | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory            | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | fulfillment preference        | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | fulfillment preference detail | msdyn_timegroupdetail_msdyn_ocliveworkitems            |
