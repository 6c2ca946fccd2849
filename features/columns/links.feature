@surface @normative @reference:BKMK_RegardingObjectId @reference:BKMK_msdyn_routableobjectid
Feature: The records a conversation can point to
  A conversation names the record that it is about, and the record that was routed. This is about what is declared:
  where a documented kind of record is left out, representatives open a conversation without the context it belongs to.

  Rule: A conversation is declared to accept every documented kind of record

    Scenario Outline: A conversation is declared to accept a <record> as what it is about
      When the records that a conversation can be about (regardingobjectid) are looked up
      Then a <record> (<table>) is among them

      Examples: Kinds of record
        | record                        | table                            |
        | booking alert status          | msdyn_bookingalertstatus         |
        | booking rule                  | msdyn_bookingrule                |
        | resource territory            | msdyn_resourceterritory          |
        | scheduler setting of a user   | msdyn_systemuserschedulersetting |
        | fulfillment preference        | msdyn_timegroup                  |
        | fulfillment preference detail | msdyn_timegroupdetail            |

  Rule: A conversation is declared to accept a voicemail as what was routed

    Scenario: A voicemail is declared as a kind of record that can be routed
      When the records that a routed conversation can lead to (msdyn_routableobjectid) are looked up
      Then a voicemail (msdyn_ocvoicemail) is among them
