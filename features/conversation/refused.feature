Feature: What only resembles a channel or a record on offer is refused
  Whoever writes a wrong number, or links a conversation to a wrong record, has to hear of it at once. What is taken all
  the same, or dropped without a word, sends customers to the wrong queue, and nobody finds out why.

  @data @derived @reference:BKMK_msdyn_channel
  Rule: A number that only looks like one on offer is no channel, neither alone nor among others
    What a system lists beyond the documented numbers is on offer there, and is not tried. Where a conversation takes
    one channel only, nothing is tried beside it.

    Scenario Outline: A number <looks> is no channel
      Given the channel of a new conversation (msdyn_channel) can be set to WhatsApp (192300000)
      And a conversation linked to nothing
      When a number <looks> (<sort>) is tried as its channel (msdyn_channel), alone, then added to WhatsApp (192300000)
      Then it is refused alone, and nothing is stored
      And the other conversations are as they were
      And it is refused beside WhatsApp, and nothing is stored

      Examples: Numbers like those on offer
        | looks                               | sort      |
        | next to one on offer                | neighbour |
        | between two on offer                | gap       |
        | that lacks a digit of one on offer  | shorter   |
        | with a digit more than one on offer | longer    |

  @data @derived @reference:BKMK_msdyn_channel
  Rule: A number that is on offer for something else, or is too large, is no channel, neither alone nor among others
    What another column of the conversation offers, such as its priority, is no channel. The number that is too large,
    once cut to the size that a channel has room for (32 bits), would be that of WhatsApp.

    Scenario Outline: A number <from elsewhere> is no channel
      Given the channel of a new conversation (msdyn_channel) can be set to WhatsApp (192300000)
      And a conversation linked to nothing
      When a number <from elsewhere> (<sort>) is tried as its channel (msdyn_channel), alone, then added to WhatsApp (192300000)
      Then it is refused alone, and nothing is stored
      And the other conversations are as they were
      And it is refused beside WhatsApp, and nothing is stored

      Examples: Numbers from elsewhere
        | from elsewhere                       | sort           |
        | that is on offer for something else  | other-choice   |
        | that is one on offer plus 4294967296 | beyond-32-bits |

  @data @derived @reference:BKMK_RegardingObjectId @reference:BKMK_msdyn_routableobjectid
  Rule: A conversation cannot be linked to anything but a record that there is, by the name that leads to its kind
    Each kind of record has a name of its own by which conversations are linked to it. Each wrong way is tried with
    one of the six kinds that a conversation can be about, a different one each time. The voicemail is the only one
    documented for its link: there are no names of other kinds to try.

    Scenario Outline: A conversation that names a <record> cannot be linked <how>
      Given a <record> with a conversation linked to it (<relationship>)
      And another <record> with a conversation linked to it
      When somebody tries to link the conversation <how> (<column>)
      Then each such link is refused
      And the conversation still names its record
      And the other conversations are as they were

      Examples: Links that lead to nothing on offer
        | record                      | relationship                                                  | column                 | how                                                 |
        | booking rule                | msdyn_bookingrule_msdyn_ocliveworkitems                       | regardingobjectid      | by the names of the other kinds to the other record |
        | scheduler setting of a user | msdyn_systemuserschedulersetting_msdyn_ocliveworkitems        | regardingobjectid      | by names that nobody declares to the other record   |
        | resource territory          | msdyn_resourceterritory_msdyn_ocliveworkitems                 | regardingobjectid      | to a record that does not exist                     |
        | voicemail                   | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid | msdyn_routableobjectid | by names that nobody declares to the other record   |
        | voicemail                   | msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid | msdyn_routableobjectid | to a record that does not exist                     |
