@surface @normative @reference:many-to-one-relationships
Feature: The links from a conversation to other records
  A link has a name, two ends and a column that carries it. Reports, forms and integrations follow links by these exact
  names; where one differs, the record that a conversation is about can no longer be reached from it.

  Rule: A conversation is linked to the record that it is about under the documented names

    Scenario: A conversation is linked to the booking alert status that it is about
      When the link to the booking alert status (msdyn_bookingalertstatus_msdyn_ocliveworkitems) is looked up
      Then it reads
        | SchemaName                              | msdyn_bookingalertstatus_msdyn_ocliveworkitems                            |
        | ReferencedEntity                        | msdyn_bookingalertstatus                                                  |
        | ReferencedAttribute                     | msdyn_bookingalertstatusid                                                |
        | ReferencingAttribute                    | regardingobjectid                                                         |
        | ReferencingEntityNavigationPropertyName | regardingobjectid_msdyn_bookingalertstatus_msdyn_ocliveworkitem           |

    Scenario: A conversation is linked to the booking rule that it is about
      When the link to the booking rule (msdyn_bookingrule_msdyn_ocliveworkitems) is looked up
      Then it reads
        | SchemaName                              | msdyn_bookingrule_msdyn_ocliveworkitems                                   |
        | ReferencedEntity                        | msdyn_bookingrule                                                         |
        | ReferencedAttribute                     | msdyn_bookingruleid                                                       |
        | ReferencingAttribute                    | regardingobjectid                                                         |
        | ReferencingEntityNavigationPropertyName | regardingobjectid_msdyn_bookingrule_msdyn_ocliveworkitem                  |

    Scenario: A conversation is linked to the resource territory that it is about
      When the link to the resource territory (msdyn_resourceterritory_msdyn_ocliveworkitems) is looked up
      Then it reads
        | SchemaName                              | msdyn_resourceterritory_msdyn_ocliveworkitems                             |
        | ReferencedEntity                        | msdyn_resourceterritory                                                   |
        | ReferencedAttribute                     | msdyn_resourceterritoryid                                                 |
        | ReferencingAttribute                    | regardingobjectid                                                         |
        | ReferencingEntityNavigationPropertyName | regardingobjectid_msdyn_resourceterritory_msdyn_ocliveworkitem            |

    Scenario: A conversation is linked to the scheduler setting of a user that it is about
      When the link to the scheduler setting of a user (msdyn_systemuserschedulersetting_msdyn_ocliveworkitems) is looked up
      Then it reads
        | SchemaName                              | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems                    |
        | ReferencedEntity                        | msdyn_systemuserschedulersetting                                          |
        | ReferencedAttribute                     | msdyn_systemuserschedulersettingid                                        |
        | ReferencingAttribute                    | regardingobjectid                                                         |
        | ReferencingEntityNavigationPropertyName | regardingobjectid_msdyn_systemuserschedulersetting_msdyn_ocliveworkitem   |

    Scenario: A conversation is linked to the fulfillment preference that it is about
      When the link to the fulfillment preference (msdyn_timegroup_msdyn_ocliveworkitems) is looked up
      Then it reads
        | SchemaName                              | msdyn_timegroup_msdyn_ocliveworkitems                                     |
        | ReferencedEntity                        | msdyn_timegroup                                                           |
        | ReferencedAttribute                     | msdyn_timegroupid                                                         |
        | ReferencingAttribute                    | regardingobjectid                                                         |
        | ReferencingEntityNavigationPropertyName | regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem                    |

    Scenario: A conversation is linked to the fulfillment preference detail that it is about
      When the link to the fulfillment preference detail (msdyn_timegroupdetail_msdyn_ocliveworkitems) is looked up
      Then it reads
        | SchemaName                              | msdyn_timegroupdetail_msdyn_ocliveworkitems                               |
        | ReferencedEntity                        | msdyn_timegroupdetail                                                     |
        | ReferencedAttribute                     | msdyn_timegroupdetailid                                                   |
        | ReferencingAttribute                    | regardingobjectid                                                         |
        | ReferencingEntityNavigationPropertyName | regardingobjectid_msdyn_timegroupdetail_msdyn_ocliveworkitem              |

  Rule: A conversation is linked to the voicemail that was routed under the documented names

    Scenario: A conversation is linked to the voicemail that was routed
      When the link to the voicemail (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid) is looked up
      Then it reads
        | SchemaName                              | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid                   |
        | ReferencedEntity                        | msdyn_ocvoicemail                                                               |
        | ReferencedAttribute                     | activityid                                                                      |
        | ReferencingAttribute                    | msdyn_routableobjectid                                                          |
        | ReferencingEntityNavigationPropertyName | msdyn_routableobjectid_msdyn_ocvoicemail_msdyn_ocliveworkitem_msdyn_ocvoicemail |
