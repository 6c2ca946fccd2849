@surface @normative @reference:many-to-one-relationships
Feature: Conversations are declared to follow the record they are about
  Who owns a record, who may see it and whether it still exists carries over to the conversations about it. Where that is
  declared otherwise, conversations stay with a former owner, or stay visible to people who lost access.

  Rule: Assigning the record is declared to assign the conversations about it

    Scenario Outline: Assigning a <record> is declared to assign its conversations
      When the link to the <record> (<relationship>) is looked up
      Then the conversations get the same owner (Assign: Cascade)

      Examples: Kinds of record
        | record                        | relationship                                           |
        | booking alert status          | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                  | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory            | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | fulfillment preference        | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | fulfillment preference detail | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: Deleting the record is declared to delete the conversations about it

    Scenario Outline: Deleting a <record> is declared to delete its conversations
      When the link to the <record> (<relationship>) is looked up
      Then the conversations are deleted with it (Delete: Cascade)

      Examples: Kinds of record
        | record                        | relationship                                           |
        | booking alert status          | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                  | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory            | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | fulfillment preference        | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | fulfillment preference detail | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: A conversation that comes to be about a record is declared to open up to the owner of that record

    Scenario Outline: The owner of a <record> is declared to get access to conversations about it
      When the link to the <record> (<relationship>) is looked up
      Then the owner of the record gets access (Reparent: Cascade)

      Examples: Kinds of record
        | record                        | relationship                                           |
        | booking alert status          | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                  | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory            | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | fulfillment preference        | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | fulfillment preference detail | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: Sharing the record is declared to share the conversations about it

    Scenario Outline: Sharing a <record> is declared to share its conversations
      When the link to the <record> (<relationship>) is looked up
      Then the conversations are shared with the same people (Share: Cascade)

      Examples: Kinds of record
        | record                        | relationship                                           |
        | booking alert status          | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                  | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory            | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | fulfillment preference        | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | fulfillment preference detail | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: Taking a share of the record back is declared to take it back from the conversations

    Scenario Outline: Unsharing a <record> is declared to unshare its conversations
      When the link to the <record> (<relationship>) is looked up
      Then the conversations are no longer shared either (Unshare: Cascade)

      Examples: Kinds of record
        | record                        | relationship                                           |
        | booking alert status          | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                  | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory            | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | fulfillment preference        | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | fulfillment preference detail | msdyn_timegroupdetail_msdyn_ocliveworkitems            |
