@reference:BKMK_<relationship>
Feature: What does not carry over between a record and the conversations about it
  Records outlive their conversations, and conversations change their records. Where that is otherwise, conversations
  disappear from daily work, records are lost with a single conversation, or people go on reading what is no longer theirs.

  Rule: Archiving or merging a record, or listing the activities around it, does not touch the conversations about it
    Nobody outside can see these three at work: they are looked up, not tried.

    @surface @normative
    Scenario Outline: What is archived, merged or listed is the <record> alone
      When the link to the <record> (<relationship>) is looked up
      Then it reads
        | Archive    | NoCascade |
        | Merge      | NoCascade |
        | RollupView | NoCascade |

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: What happens to a conversation does not happen to the record that it is about
    The other record is assigned for comparison: once its conversation follows, an effect would be expected to show here.

    @data @derived
    Scenario Outline: A <record> stays as it is when its conversation is shared, assigned and deleted
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it, for comparison
      When the conversation is shared with a colleague, assigned to them and deleted
      Then the record is as it was

      Examples: Kinds of record
        | record                      | relationship                                           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            |

  Rule: When a conversation is no longer about a record, the owner of the record loses what the link gave

    @data @derived
    Scenario Outline: Access goes with the link when the conversation about a <record> comes to be about <what>
      Given a <record> that is owned by a colleague, who has access to the conversation about it by the link, and was also given rights on it directly (<relationship>)
      When the conversation comes to be about <what>
      Then the colleague keeps exactly the rights given on the conversation about <what> directly

      Examples: Freed of its link
        | record                      | relationship                                           | what    |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         | nothing |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                | nothing |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          | nothing |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems | nothing |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  | nothing |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            | nothing |

      Examples: Moved
        | record                      | relationship                                           | what           |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems         | another record |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                | another record |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems          | another record |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems | another record |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                  | another record |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems            | another record |
