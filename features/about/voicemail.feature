@reference:BKMK_msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid
Feature: A conversation outlives the voicemail that it was routed for
  Old voicemails are cleared out, handed over and shared without a thought for the conversation they once brought. The
  conversation only points to its voicemail (another link leads to the voicemail of a missed call): where it follows,
  the history of the customer is lost, or shown to the wrong people.

  Rule: When the voicemail goes away, the conversation stays and only loses its link

    @surface @normative
    Scenario Outline: When the voicemail is <what happens>, the conversation is declared to lose its link only
      When the link to the voicemail (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid) is looked up
      Then the conversation keeps everything but the link (<action>: <effect>)

      Examples: The voicemail goes away
        | what happens | action  | effect     |
        | archived     | Archive | RemoveLink |
        | deleted      | Delete  | RemoveLink |

    @data @derived
    Scenario: A conversation stays when its voicemail is deleted, and names it no more
      Given a voicemail with a conversation linked to it (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      And another voicemail with a conversation linked to it
      When the voicemail is deleted (Delete: RemoveLink)
      Then the conversation stays and only loses its link
      And the other conversations are as they were
      And what was deleted is found nowhere any more

  Rule: Nothing else that happens to the voicemail touches the conversation
    Beside the voicemail the same is done, for comparison, to a record that conversations follow: once it shows there,
    it would be expected to show here.

    @surface @normative
    Scenario Outline: When <what happens>, the conversation is declared to stay as it is
      When the link to the voicemail (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid) is looked up
      Then the conversation is not touched (<action>: <effect>)

      Examples: The voicemail stays
        | what happens                                          | action     | effect    |
        | the voicemail is assigned to another owner            | Assign     | NoCascade |
        | the voicemail is merged into another                  | Merge      | NoCascade |
        | the conversation comes to be routed for the voicemail | Reparent   | NoCascade |
        | the activities around the voicemail are listed        | RollupView | NoCascade |
        | the voicemail is shared                               | Share      | NoCascade |
        | the voicemail is no longer shared                     | Unshare    | NoCascade |

    @data @derived
    Scenario: A conversation stays with its owner when its voicemail is assigned
      Given a voicemail with a conversation linked to it, and for comparison a record that conversations follow (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      And another voicemail with a conversation linked to it
      When the voicemail is assigned to a colleague (Assign: NoCascade)
      Then the conversation keeps its owner
      And the other conversations are as they were

    @data @derived
    Scenario: A conversation is not shared when its voicemail is
      Given a voicemail with a conversation linked to it, and for comparison a record that conversations follow (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      And another voicemail with a conversation linked to it
      When the voicemail is shared with a colleague (Share: NoCascade)
      Then the conversation is not shared
      And the other conversations are as they were

    @data @derived
    Scenario: A conversation keeps the rights that were given on it directly when its voicemail is no longer shared
      Given a voicemail with a conversation linked to it, and for comparison a record that conversations follow (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      And another voicemail with a conversation linked to it
      And the voicemail is shared with a colleague, who was also given other rights on the conversation directly
      When the voicemail is no longer shared with the colleague (Unshare: NoCascade)
      Then the colleague keeps exactly the rights given on the conversation directly
      And the other conversations are as they were

    @data @derived
    Scenario: The owner of the voicemail gets no access to the conversation that is routed for it
      Given a conversation, and another one beside it
      And a voicemail that is owned by a colleague, and for comparison a record that conversations follow (msdyn_ocvoicemail)
      When the conversation is linked to the colleague's voicemail (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      Then the conversation is no more open to that colleague than before
      And the other conversations are as they were

  Rule: What happens to the conversation does not happen to its voicemail

    @data @derived
    Scenario: A voicemail stays as it is when its conversation is shared, assigned and deleted
      Given a voicemail with a conversation linked to it, and for comparison a record that conversations follow (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid)
      When the conversation is shared with a colleague, assigned to them and deleted
      Then the voicemail is as it was
