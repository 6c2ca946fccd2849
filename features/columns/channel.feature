@surface @normative @reference:BKMK_msdyn_channel
Feature: The channels a conversation can come through
  Routing, capacity and reporting all branch on the channel of a conversation. A channel that is missing, or that carries
  another number or name, sends customers to the wrong queue without anybody noticing.

  Rule: Every documented channel can be chosen under its documented number and name

    Scenario Outline: <channel> is channel number <number>
      When the channels of a conversation (msdyn_channel) are looked up
      Then number <number> stands for "<channel>"

      Examples: Messaging
        | number    | channel                     |
        | 19241000  | Microsoft Teams             |
        | 192300000 | WhatsApp                    |
        | 192310000 | LINE                        |
        | 192320000 | WeChat                      |
        | 192330000 | Facebook                    |
        | 192340000 | SMS                         |
        | 192350001 | Twitter                     |
        | 192350002 | Custom                      |
        | 192360000 | Live chat                   |
        | 192450000 | Apple Messages for Business |
        | 192450001 | Google's Business Messages  |

      Examples: Voice, video and shared screens
        | number    | channel        |
        | 192370000 | Voice          |
        | 192380000 | Video          |
        | 192390000 | Co-browse      |
        | 192400000 | Screen sharing |
        | 192440000 | Voice call     |

  Rule: Only what can be chosen is found

    Scenario: A number that nobody documents stands for no channel
      When the channels of a conversation (msdyn_channel) are looked up
      Then number 192999999 stands for nothing
