@surface @normative @reference:BKMK_msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid
Feature: A conversation is declared to outlive the voicemail that was routed
  The conversation only points to the voicemail that brought it (another link leads to the voicemail of a missed call).
  Where the conversation is declared to follow it, clearing out old voicemails deletes the history of the customer.

  Rule: When the voicemail goes away, the conversation stays and loses its link

    Scenario Outline: When the voicemail is <what happens>, the conversation only loses its link
      When the link to the voicemail (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid) is looked up
      Then the conversation keeps everything but the link (<action>: <effect>)

      Examples: The voicemail goes away
        | what happens | action  | effect     |
        | archived     | Archive | RemoveLink |
        | deleted      | Delete  | RemoveLink |

  Rule: Nothing else that happens to the voicemail touches the conversation

    Scenario Outline: When the voicemail is <what happens>, the conversation stays as it is
      When the link to the voicemail (msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid) is looked up
      Then the conversation is not touched (<action>: <effect>)

      Examples: The voicemail stays
        | what happens              | action     | effect    |
        | assigned to somebody else | Assign     | NoCascade |
        | merged into another       | Merge      | NoCascade |
        | newly attached            | Reparent   | NoCascade |
        | gathered in a list        | RollupView | NoCascade |
        | shared                    | Share      | NoCascade |
        | no longer shared          | Unshare    | NoCascade |
