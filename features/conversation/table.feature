@surface @normative @reference:title
Feature: The table that holds conversations
  Every list, form, flow and integration of a contact centre reads conversations from one table. If it stands under
  another name, nothing finds the conversations; if people see another name, nobody knows what they are looking at.

  Rule: Conversations have a table of their own, under the documented name

    Scenario: There is a table for conversations
      When the table of conversations (msdyn_ocliveworkitem) is looked up
      Then it reads
        | LogicalName | msdyn_ocliveworkitem |

  Rule: People see the table under its documented English name

    Scenario: The table is called Conversation
      When the table of conversations (msdyn_ocliveworkitem) is looked up
      Then it reads
        | DisplayName | Conversation |
