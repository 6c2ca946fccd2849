@surface @normative @reference:many-to-one-relationships
Feature: Conversations follow the record they are about
  Who owns a record, who may see it and whether it still exists carries over to the conversations about it. Where that
  is declared otherwise, conversations are left behind without an owner, or stay visible to people who lost access.

  Rule: Assigning the record assigns the conversations about it

    Scenario Outline: Assigning a <record> assigns its conversations
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

  Rule: Deleting the record deletes the conversations about it

    Scenario Outline: Deleting a <record> deletes its conversations
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

  Rule: A conversation that comes to be about a record opens up to the owner of that record

    Scenario Outline: The owner of a <record> gets access to conversations that come to be about it
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

  Rule: Sharing the record shares the conversations about it

    Scenario Outline: Sharing a <record> shares its conversations
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

  Rule: Taking a share of the record back takes it back from the conversations

    Scenario Outline: Unsharing a <record> unshares its conversations
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
