@surface @normative @reference:BKMK_RegardingObjectId @reference:BKMK_msdyn_routableobjectid
Feature: The records a conversation can point to
  A conversation names the record that it is about, and the record that was routed. Where a documented kind of record
  is not accepted, representatives open a conversation without the context that it belongs to.

  Rule: A conversation can be about every documented kind of record

    Scenario Outline: A conversation can be about a <record>
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

  Rule: A routed conversation can lead to a voicemail

    Scenario: The routed record of a conversation can be a voicemail
      When the records that a routed conversation can lead to (msdyn_routableobjectid) are looked up
      Then a voicemail (msdyn_ocvoicemail) is among them
