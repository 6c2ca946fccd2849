@surface @reference:title
Feature: The table that holds conversations
  Every list, form, flow and integration of a contact centre reads conversations from one table. If it stands under
  another name, nothing finds the conversations; if people see another name, nobody knows what they are looking at.

  @normative
  Rule: Conversations have a table of their own, under the documented name

    Scenario: There is a table for conversations
      When the table of conversations (msdyn_ocliveworkitem) is looked up
      Then it reads
        | LogicalName | msdyn_ocliveworkitem |

  @normative
  Rule: People see the table under its documented English name

    Scenario: The table is called Conversation
      When the table of conversations (msdyn_ocliveworkitem) is looked up
      Then it reads
        | DisplayName | Conversation |

  @control
  Rule: The look-up can tell a table from none

    Scenario: A table that nobody documents is not found
      When the table of games of chess (msdyn_nobodydocumentsthistable) is looked up
      Then it is not found
