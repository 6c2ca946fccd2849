@reference:BKMK_<relationship>
Feature: Sharing a record shares the conversations about it
  Somebody who is let into a record is expected to see its conversations, and nobody else. If the share does not extend,
  a colleague lacks the conversations needed to help. If it stays when the record is no longer shared, the wrong people
  go on reading customers' words.

  Rule: Sharing the record shares the conversations about it and no others

    @surface @normative
    Scenario Outline: Sharing a <record> is declared to share its conversations
      When the link to the <record> (<relationship>) is looked up
      Then the conversations are shared with the same people (Share: Cascade)

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

    @data @derived
    Scenario Outline: Sharing a <record> shares its conversations and no others
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      And a conversation linked to nothing
      When the <record> is shared with a colleague (Share: Cascade)
      Then the conversation is shared with the colleague for the same rights
      And the other conversations are as they were

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: A conversation that comes to be about a shared record is shared as well

    @data @derived
    Scenario Outline: A conversation that comes to be about a shared <record> inherits the share
      Given a conversation, and another one beside it
      And a <record> (<table>)
      And the <record> is shared with a colleague
      When the conversation is linked to the <record> (<relationship>)
      Then the conversation inherits that share
      And the other conversations are as they were

      Examples: Kinds of record
        | record                      | table                            | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus         | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail            | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: When the record is no longer shared, its conversations lose exactly the share that they inherited

    @surface @normative
    Scenario Outline: When a <record> is no longer shared, its conversations are declared to be shared no longer
      When the link to the <record> (<relationship>) is looked up
      Then the conversations are no longer shared either (Unshare: Cascade)

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

    @data @derived
    Scenario Outline: When a <record> is no longer shared, its conversation keeps the rights that were given on it directly
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      And the <record> is shared with a colleague, who was also given other rights on the conversation directly
      When the <record> is no longer shared with the colleague (Unshare: Cascade)
      Then the colleague keeps exactly the rights given on the conversation directly
      And the other conversations are as they were

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |
