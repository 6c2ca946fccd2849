@surface @normative @reference:BKMK_<relationship>
Feature: What does not carry over from a record to the conversations about it
  Archiving a record, merging it into another, and listing the activities around it leave the
  conversations about it alone. Where that is declared otherwise, conversations disappear from daily work or turn up in
  lists they do not belong to. Nobody outside can see these three at work: they are looked up, not tried.

  Rule: Archiving or merging a record, or listing the activities around it, does not touch the conversations about it

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
