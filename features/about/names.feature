@reference:BKMK_<relationship>
Feature: The links of a conversation have their documented names, and lead there and back
  A link has a name, two ends and a column that carries it. Reports, forms and integrations follow links by these exact
  names: where one differs, the record that a conversation is about can no longer be reached from it, nor the
  conversation from its record.

  Rule: The link carries the documented names, and leads from the conversation to its record and back
    Key is the column that identifies a record; column the one of the conversation that carries the link; way the name
    by which one goes from the conversation to its record.

    @surface @normative
    Scenario Outline: A conversation is linked to its <record> under the documented names
      When the link to the <record> (<relationship>) is looked up
      Then it reads
        | SchemaName                              | <relationship> |
        | ReferencedEntity                        | <table>        |
        | ReferencedAttribute                     | <key>          |
        | ReferencingAttribute                    | <column>       |
        | ReferencingEntityNavigationPropertyName | <way>          |

      Examples: What a conversation is linked to
        | record                      | table                            | key                                | column                 | relationship                                                  | way                                                                             |
        | booking alert status        | msdyn_bookingalertstatus         | msdyn_bookingalertstatusid         | regardingobjectid      | msdyn_bookingalertstatus_msdyn_ocliveworkitems                | regardingobjectid_msdyn_bookingalertstatus_msdyn_ocliveworkitem                 |
        | booking rule                | msdyn_bookingrule                | msdyn_bookingruleid                | regardingobjectid      | msdyn_bookingrule_msdyn_ocliveworkitems                       | regardingobjectid_msdyn_bookingrule_msdyn_ocliveworkitem                        |
        | resource territory          | msdyn_resourceterritory          | msdyn_resourceterritoryid          | regardingobjectid      | msdyn_resourceterritory_msdyn_ocliveworkitems                 | regardingobjectid_msdyn_resourceterritory_msdyn_ocliveworkitem                  |
        | scheduler setting of a user | msdyn_systemuserschedulersetting | msdyn_systemuserschedulersettingid | regardingobjectid      | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems        | regardingobjectid_msdyn_systemuserschedulersetting_msdyn_ocliveworkitem         |
        | time group                  | msdyn_timegroup                  | msdyn_timegroupid                  | regardingobjectid      | msdyn_timegroup_msdyn_ocliveworkitems                         | regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem                          |
        | time group detail           | msdyn_timegroupdetail            | msdyn_timegroupdetailid            | regardingobjectid      | msdyn_timegroupdetail_msdyn_ocliveworkitems                   | regardingobjectid_msdyn_timegroupdetail_msdyn_ocliveworkitem                    |
        | voicemail                   | msdyn_ocvoicemail                | activityid                         | msdyn_routableobjectid | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid | msdyn_routableobjectid_msdyn_ocvoicemail_msdyn_ocliveworkitem_msdyn_ocvoicemail |

    @data @derived
    Scenario Outline: A conversation leads to its <record>, and back
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      When somebody goes from the conversation to its record and back
      Then the way there leads to that record (<way>)
      And the way back leads to that conversation alone
      And among all conversations it is found by its record, and no other is
      And the conversation and its record can be looked up together (<way>)

      Examples: What a conversation is linked to
        | record                      | relationship                                                  | way                                                                             |
        | booking alert status        | msdyn_bookingalertstatus_msdyn_ocliveworkitems                | regardingobjectid_msdyn_bookingalertstatus_msdyn_ocliveworkitem                 |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                       | regardingobjectid_msdyn_bookingrule_msdyn_ocliveworkitem                        |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems                 | regardingobjectid_msdyn_resourceterritory_msdyn_ocliveworkitem                  |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems        | regardingobjectid_msdyn_systemuserschedulersetting_msdyn_ocliveworkitem         |
        | time group                  | msdyn_timegroup_msdyn_ocliveworkitems                         | regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem                          |
        | time group detail           | msdyn_timegroupdetail_msdyn_ocliveworkitems                   | regardingobjectid_msdyn_timegroupdetail_msdyn_ocliveworkitem                    |
        | voicemail                   | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid | msdyn_routableobjectid_msdyn_ocvoicemail_msdyn_ocliveworkitem_msdyn_ocvoicemail |
